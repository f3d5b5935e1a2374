"""Laws of the fold: where it is cut, repeated or told out of order must not matter."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, note, settings
from hypothesis import strategies as st

from lineagebot.model import Action, AssetKey, Column, ColumnChange, Effect, Outcome, Statement
from lineagebot.policy.known import answer
from lineagebot.policy.step import (
    Also,
    Decision,
    Event,
    Repeat,
    Speak,
    State,
    StatementSeen,
    Storm,
    TakeBack,
    WatermarkSeen,
    asks,
    state_from_json,
    state_to_json,
    step,
)
from lineagebot.testing import NOW, graph_of

TABLES = ("marts.a", "marts.b", "marts.c")
GRAPH = graph_of("\n".join(f"{t}(id, day) > view:bi.on_{t[-1]}(id) > dashboard:On {t}" for t in TABLES))
#: Longer than any window, so that a mark closes all.
SPAN = 1000


def key(name: str) -> AssetKey:
    return AssetKey("acme", ("shop", *name.split(".")))


def effects(name: str) -> st.SearchStrategy[Effect]:
    target = key(name)
    whole = (Column("id"), Column("day"))
    return st.sampled_from(
        (
            Effect(Action.DROP, target),
            Effect(Action.DROP, target, cascade=True),
            Effect(Action.TRUNCATE, target, every_row=True),
            Effect(Action.DELETE, target, every_row=True),
            Effect(Action.UPDATE, target, every_row=True),
            Effect(Action.DROP_COLUMN, target, columns=(ColumnChange("id"),)),
            Effect(Action.RENAME, target, renamed_to=key(f"{name}__dbt_backup")),
            Effect(Action.RENAME, key(f"{name}__dbt_tmp"), renamed_to=target),
            Effect(Action.CREATE, target, produces=whole),
            Effect(Action.CREATE, target, produces=whole[1:]),
            Effect(Action.APPEND, target),
            Effect(Action.ADD_COLUMN, target, columns=(ColumnChange("id"),)),
        )
    )


@st.composite
def histories(draw: st.DrawFn, *, renames: bool = True) -> list[Event]:
    """Statements of three sessions, a few seconds apart, and a watermark after every few of them."""
    found: list[Event] = []
    at = NOW
    for n in range(draw(st.integers(1, 14))):
        at += timedelta(seconds=draw(st.integers(1, 200)))
        effect = draw(st.sampled_from(TABLES).flatmap(effects))
        if not renames and (effect.action is Action.RENAME or effect.cascade):
            continue
        found.append(statement(n, at, effect, login=draw(st.sampled_from(("ben", "ana", "pipeline")))))
        if draw(st.integers(0, 3)) == 0:
            found.append(WatermarkSeen("acme", at))
    found.append(WatermarkSeen("acme", at + timedelta(seconds=SPAN)))
    return found


def statement(n: int, at: datetime, effect: Effect, *, login: str) -> StatementSeen:
    said = Statement(f"s{n}", "acme", "postgres", "…", at, login=login, session=f"{login}/{n}", outcome=Outcome.DONE)
    fingerprint = f"{effect.action} {effect.target}"
    return StatementSeen(said, fingerprint, (effect,), by_machine=login == "pipeline")


def possible(events: list[Event]) -> list[StatementSeen]:
    """The statements that a database could have run one after the other: what is gone cannot be dropped again."""
    stands = set(map(key, TABLES))
    ran: list[StatementSeen] = []
    for event in events:
        if not isinstance(event, StatementSeen):
            continue
        (effect,) = event.effects
        if (effect.target in stands) is (effect.action is Action.CREATE):
            continue
        if effect.action in (Action.CREATE, Action.DROP):
            stands ^= {effect.target}
        ran.append(event)
    return ran


def brief(event: StatementSeen) -> str:
    (effect,) = event.effects
    s = event.statement
    return f"{s.id} {s.started_at - NOW} {s.login} {effect.action} {effect.target} {[c.name for c in effect.produces]}"


def take(state: State, events: list[Event]) -> tuple[State, list[Decision]]:
    decisions: list[Decision] = []
    for event in events:
        known = answer(GRAPH, asks(state, event), today=NOW.date())
        state, new = step(state, event, known, NOW)
        decisions += new
    return state, decisions


def spoken(decisions: list[Decision]) -> Counter[str]:
    return Counter(d.candidate.key for d in decisions if isinstance(d, Speak))


def standing(decisions: list[Decision]) -> set[AssetKey]:
    """The assets of which an alert is open at the end."""
    open_now = {}
    for decision in decisions:
        match decision:
            case Speak(candidate=candidate):
                open_now[candidate.key] = candidate.effect.target
            case TakeBack(key=key_):
                open_now.pop(key_, None)
            case Repeat() | Also() | Storm():
                pass
    return set(open_now.values())


@given(histories(), st.lists(st.integers(0, 40), max_size=6))
@settings(deadline=None, max_examples=80)
def test_a_restart_anywhere_changes_nothing(events: list[Event], cuts: list[int]) -> None:
    whole = take(State(), events)
    state, decisions = State(), []
    for event_number, event in enumerate(events):
        if event_number in cuts:
            state = state_from_json(state_to_json(state))
        state, new = take(state, [event])
        decisions += new

    assert (state, decisions) == whole


@given(histories(), st.data())
@settings(deadline=None, max_examples=80)
def test_a_statement_that_is_told_again_before_its_window_closes_is_told_once(
    events: list[Event], data: st.DataObject
) -> None:
    """The journal may hold a statement twice: with its outcome open, then with its outcome known."""
    twice: list[Event] = []
    for event in events:
        twice.append(event)
        if isinstance(event, StatementSeen) and data.draw(st.booleans()):
            undecided = replace(event, statement=replace(event.statement, outcome=Outcome.UNKNOWN))
            twice[-1:] = [undecided, event]

    assert spoken(take(State(), twice)[1]) == spoken(take(State(), events)[1])


@given(histories())
@settings(deadline=None, max_examples=80)
def test_nothing_is_said_twice_and_nothing_is_taken_back_that_was_not_said(events: list[Event]) -> None:
    said: set[str] = set()
    for decision in take(State(), events)[1]:
        match decision:
            case Speak(candidate=candidate):
                assert candidate.key not in said
                said.add(candidate.key)
            case TakeBack(key=key_) | Repeat(key=key_):
                assert key_ in said
            case Also(key=key_, candidate=candidate):
                assert key_ in said
                said.add(candidate.key)
            case Storm():
                pass


@given(histories(renames=False), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=120)
def test_the_order_in_which_sessions_are_told_before_the_watermark_does_not_matter(
    events: list[Event], chance: random.Random
) -> None:
    """A session's last statement is told when its end is known; another session's later one may come before it."""
    told = possible(events)
    mark = events[-1]
    shuffled: list[Event] = list(told)
    chance.shuffle(shuffled)
    note("\n".join(map(brief, told)))
    note("told as " + " ".join(e.statement.id for e in shuffled if isinstance(e, StatementSeen)))

    assert standing(take(State(), [*shuffled, mark])[1]) == standing(take(State(), [*told, mark])[1])


@given(histories(renames=False))
@settings(deadline=None, max_examples=80)
def test_a_cure_that_comes_behind_the_watermark_heals(events: list[Event]) -> None:
    """Early marks make it speak sooner, never leave more standing at the end."""
    told = [e for e in events if isinstance(e, StatementSeen)]
    late = [*events[:-1], events[-1]]

    assert standing(take(State(), late)[1]) == standing(take(State(), [*told, events[-1]])[1])
