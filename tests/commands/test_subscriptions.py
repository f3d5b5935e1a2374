"""`subscribe` by owner, by "upstream of", and from a severity on: said, listed, kept and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lineagebot.model import Severity
from lineagebot.store import curation
from lineagebot.store.curation import Subscription
from lineagebot.store.engine import Store
from lineagebot.testing import key_of

Said = Callable[..., str]

BOARD = "Sales/Exec revenue"


def kept_here(store: Store) -> list[Subscription]:
    with store.begin() as tx:
        return [s.what for s in curation.subscriptions(tx, channel="C1")]


CASES = {
    "subscribe owner:ana@acme.example": Subscription(pattern="owner:ana@acme.example"),
    "subscribe owner:<@U0ANA|ana>": Subscription(pattern="owner:u0ana"),
    "subscribe owner:<#C0FIN|finance>": Subscription(pattern="owner:c0fin"),
    "subscribe owner @ana": Subscription(pattern="owner:ana"),
    "subscribe marts.* --from high": Subscription(pattern="marts.*", floor=Severity.HIGH),
    "subscribe marts.* from Medium": Subscription(pattern="marts.*", floor=Severity.MEDIUM),
    "subscribe upstream of marts.quarterly": Subscription(key_of("marts.quarterly"), upstream=True),
    "subscribe everything upstream of marts.quarterly —from high": Subscription(
        key_of("marts.quarterly"), upstream=True, floor=Severity.HIGH
    ),
    "subscribe owner:ana@acme.example --from low": Subscription(pattern="owner:ana@acme.example", floor=Severity.LOW),
}


@pytest.mark.parametrize("line", CASES)
def test_what_is_said_is_kept_and_undone(line: str, kept: Said, store: Store) -> None:
    assert "This channel now hears" in kept(line)
    assert kept_here(store) == [CASES[line]]
    assert "This channel already hears" in kept(line)

    assert "This channel hears no more" in kept(line.replace("subscribe", "unsubscribe").split("—")[0].split("--")[0])
    assert kept_here(store) == []


def test_a_dashboard_is_followed_beside_all_that_is_upstream_of_it(kept: Said, store: Store) -> None:
    kept('subscribe "Exec revenue"')
    kept('subscribe upstream of "Exec revenue"')

    assert [what.upstream for what in kept_here(store)] == [False, True]
    assert "anything upstream of Sales.Exec revenue" in kept("subscriptions")
    kept('unsubscribe "upstream of Sales.Exec revenue"')
    assert [what.upstream for what in kept_here(store)] == [False]


def test_another_floor_takes_the_place_of_the_first(kept: Said, store: Store) -> None:
    kept("subscribe marts.*")
    assert "now hears when something happens to marts.* (from high on)" in kept("subscribe marts.* --from high")
    assert kept_here(store) == [Subscription(pattern="marts.*", floor=Severity.HIGH)]
    with store.begin() as tx:
        assert [a.detail for a in curation.audit_log(tx)] == ["C1 from high", "C1"]


BAD = {
    "subscribe marts.* --from loud": "--from wants one of critical, high, medium, low",
    "subscribe owner:": "Whose?",
    "subscribe marts.revenue @ana": "For what somebody owns, say",
    "subscribe upstream of nothing_like_it_at_all": "I know nothing named",
}


@pytest.mark.parametrize("line", BAD)
def test_what_cannot_be_read_is_asked_for(line: str, kept: Said, store: Store) -> None:
    assert BAD[line] in kept(line)
    assert kept_here(store) == []
