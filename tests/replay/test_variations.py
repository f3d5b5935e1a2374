"""A sample of the variations; `python -m tests.replay.variations` makes all of them."""

from __future__ import annotations

from .variations import scenarios, verdicts

#: One in so many is tried here.
EVERY = 40


def test_what_people_are_told_does_not_depend_on_what_it_is_not_about() -> None:
    found = list(verdicts(scenarios(), every=EVERY))
    wrong = [f"{v.case['id']}, {v.kind}: told {sorted(v.told)}" for v in found if not v.is_right]

    assert len(found) > 100
    assert len(wrong) <= 0.02 * len(found), "\n".join(wrong)
