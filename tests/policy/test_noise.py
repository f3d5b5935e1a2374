"""What people called noise stays quiet, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lineagebot.model import Action, AssetKey, Effect, Noise, NoiseKind, Outcome, Statement
from lineagebot.policy.known import answer
from lineagebot.policy.noise import quieted
from lineagebot.policy.step import Known, Speak, State, StatementSeen, WatermarkSeen, asks, step
from lineagebot.testing import NOW, graph_of
from lineagebot.testing import key_of as key

GRAPH = graph_of("marts.revenue(total) > dashboard:Exec revenue")
DROP = StatementSeen(
    Statement("s1", "acme", "postgres", "drop …", NOW, login="ben", outcome=Outcome.DONE),
    "f",
    (Effect(Action.DROP, key("marts.revenue")),),
)


def noise(kind: NoiseKind, name: str = "", **more: object) -> Noise:
    return Noise(kind, "ana", NOW, name=name, **more)  # type: ignore[arg-type]


def spoken(*noises: Noise) -> list[str]:
    """Assets that are spoken of where these are noise."""
    state, _ = step(State(), DROP, Known(), NOW)
    end = WatermarkSeen("acme", NOW + timedelta(minutes=10))
    asked = asks(state, end)
    known = replace(answer(GRAPH, asked, today=NOW.date()), noise=quieted(asked.impacts, noises))
    _, decisions = step(state, end, known, NOW)
    return [d.candidate.effect.target.name for d in decisions if isinstance(d, Speak)]


CASES = {
    "the account": (noise(NoiseKind.ACCOUNT, "Ben", system="acme"), False),
    "the account, wherever": (noise(NoiseKind.ACCOUNT, "ben"), False),
    "another account": (noise(NoiseKind.ACCOUNT, "benno"), True),
    "an account of that name elsewhere": (noise(NoiseKind.ACCOUNT, "ben", system="lake"), True),
    "the asset": (noise(NoiseKind.ASSET, asset=key("marts.revenue"), system="acme"), False),
    "its schema": (noise(NoiseKind.ASSET, asset=key("marts"), system="acme"), False),
    "an asset of a like name": (noise(NoiseKind.ASSET, asset=key("marts.revenue_old"), system="acme"), True),
    "an asset of that name elsewhere": (
        noise(NoiseKind.ASSET, asset=AssetKey("lake", ("shop", "marts", "revenue"))), True
    ),
    "the statement": (noise(NoiseKind.STATEMENT, "f", login="ben", system="acme"), False),
    "the statement, whoever runs it": (noise(NoiseKind.STATEMENT, "f"), False),
    "the same text by another account": (noise(NoiseKind.STATEMENT, "f", login="etl"), True),
    "another statement": (noise(NoiseKind.STATEMENT, "g"), True),
}  # fmt: skip


@pytest.mark.parametrize(("one", "speaks"), CASES.values(), ids=CASES)
def test_only_what_is_noise_is_quieted(one: Noise, speaks: bool) -> None:
    assert spoken(one) == (["revenue"] if speaks else [])


def test_the_reason_names_who_said_so() -> None:
    state, _ = step(State(), DROP, Known(), NOW)
    (waiting,) = state.candidates

    assert quieted([waiting], [noise(NoiseKind.ACCOUNT, "ben")]) == {
        waiting.key: "ana said that what ben does is noise"
    }
