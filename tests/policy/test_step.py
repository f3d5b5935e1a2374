"""The fold: what speaks, what keeps quiet, and that restarts change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Column,
    ColumnChange,
    Effect,
    Outcome,
    Problem,
    Statement,
)
from lineagebot.policy.known import answer
from lineagebot.policy.rules import Windows
from lineagebot.policy.step import (
    Decision,
    Event,
    Repeat,
    Speak,
    State,
    StatementSeen,
    TakeBack,
    WatermarkSeen,
    asks,
    state_from_json,
    state_to_json,
    step,
)
from lineagebot.testing import NOW, graph_of

GRAPH = graph_of(
    """
    raw.orders(amount) > view:staging.stg_orders(amount) > marts.revenue(total) > dashboard:Exec revenue
    raw.orders(status) ~> staging.stg_orders
    marts.revenue(total numeric, day date, note text)
    marts.lonely(a int)
    marts.read_by_ana(a int)
    marts.backup_view(a int)
    marts.copied(a) > view:bi.exec(a) > dashboard:Board
    ana reads marts.read_by_ana 4
    ben reads marts.lonely 4
    """
    + "".join(f"marts.many_{n} > dashboard:Many\n" for n in range(30))
)


def key(name: str) -> AssetKey:
    return AssetKey("acme", ("shop", *name.split(".")))


def drop(name: str, **more: object) -> Effect:
    return replace(Effect(Action.DROP, key(name)), **more)


def create(name: str, *columns: str, **more: object) -> Effect:
    return replace(Effect(Action.CREATE, key(name), produces=tuple(Column(c) for c in columns)), **more)


def rename(old: str, new: str) -> Effect:
    return Effect(Action.RENAME, key(old), renamed_to=key(new))


def truncate(name: str) -> Effect:
    return Effect(Action.TRUNCATE, key(name), every_row=True)


def append(name: str) -> Effect:
    return Effect(Action.APPEND, key(name))


def retype(old: str, new: str) -> Effect:
    return Effect(Action.RETYPE_COLUMN, key("raw.orders"), columns=(ColumnChange("status", old, new),))


def drop_column(name: str, column: str) -> Effect:
    return Effect(Action.DROP_COLUMN, key(name), columns=(ColumnChange(column),))


@dataclass(frozen=True)
class Said:
    kind: str
    asset: str


def seen(
    at: float,
    *effects: Effect,
    login: str = "ben",
    outcome: Outcome = Outcome.DONE,
    taught: bool = False,
    fingerprint: str = "f",
    problems: tuple[Problem, ...] = (),
) -> StatementSeen:
    machine = login == "pipeline"
    moment = NOW + timedelta(seconds=at)
    statement = Statement(
        id=f"{login}/{at}",
        system="acme",
        dialect="postgres",
        text="…",
        started_at=moment,
        login=login,
        session=login,
        outcome=outcome,
    )
    return StatementSeen(statement, fingerprint, effects, problems, by_machine=machine, taught=taught)


def mark(at: float, *, late: bool = False) -> WatermarkSeen:
    return WatermarkSeen("acme", NOW + timedelta(seconds=at), late=late)


def fold(
    *events: Event,
    restart: bool = False,
    now: datetime | None = None,
    over: bool = False,
    windows: Windows | None = None,
) -> tuple[State, list[Decision]]:
    """`over`: people resolve every alert at once."""
    state, decisions = State(), []
    for event in events:
        if restart:
            state = state_from_json(state_to_json(state))
        asked = asks(state, event)
        known = answer(GRAPH, asked, today=NOW.date())
        if over:
            known = replace(known, over=frozenset(asked.spoken))
        state, new = step(state, event, known, now or NOW, windows=windows)
        decisions += new
    return state, decisions


def said(decisions: list[Decision]) -> list[Said]:
    return [
        Said(d.candidate.kind, ".".join(d.candidate.effect.target.path[1:])) for d in decisions if isinstance(d, Speak)
    ]


REVENUE = Said("drop_table", "marts.revenue")
DAY = 86_400.0

SPEAKS = {
    "a person drops a table behind a dashboard": ([seen(0, drop("marts.revenue")), mark(1)], [REVENUE]),
    "a person empties it": ([seen(0, truncate("marts.revenue")), mark(1)], [Said("truncate", "marts.revenue")]),
    "only a reader would miss it": (
        [seen(0, drop("marts.read_by_ana")), mark(1)],
        [Said("drop_table", "marts.read_by_ana")],
    ),
    "a machine drops it and never builds it again": (
        [seen(0, drop("marts.revenue"), login="pipeline"), mark(60), mark(121)],
        [REVENUE],
    ),
    "a column that is filtered on goes": (
        [seen(0, drop_column("raw.orders", "status")), mark(16)],
        [Said("drop_column", "raw.orders")],
    ),
    "a column that is read gets a narrower type": (
        [seen(0, retype("varchar(200)", "varchar(50)")), mark(16)],
        [Said("type_change", "raw.orders")],
    ),
    "a table is overwritten with a part of itself, whoever does it": (
        [seen(0, Effect(Action.OVERWRITE, key("marts.revenue"), partial=True), login="pipeline"), mark(300)],
        [Said("overwrite_subset", "marts.revenue")],
    ),
    "a reader may read no longer": (
        [seen(0, Effect(Action.REVOKE, key("marts.read_by_ana"), grantees=("ANA",))), mark(16)],
        [Said("revoke_access", "marts.read_by_ana")],
    ),
    "a person lets the rows expire": (
        [seen(0, Effect(Action.EXPIRE, key("marts.revenue"))), mark(16)],
        [Said("expire", "marts.revenue")],
    ),
    "a policy is put before what others read": (
        [seen(0, Effect(Action.HIDE, key("marts.revenue"))), mark(16)],
        [Said("revoke_access", "marts.revenue")],
    ),
    "a table is put back to an earlier state": (
        [seen(0, Effect(Action.RESTORE, key("marts.revenue"))), mark(16)],
        [Said("overwrite_subset", "marts.revenue")],
    ),
    "a rename that nobody takes back": (
        [seen(0, rename("marts.revenue", "marts.revenue_old")), mark(16)],
        [Said("rename_relation", "marts.revenue")],
    ),
    "a rebuild that loses a column that is read": (
        [
            seen(0, drop("marts.revenue"), login="pipeline"),
            seen(1, create("marts.revenue", "day", "note"), login="pipeline"),
            mark(300),
        ],
        [Said("replace_lossy", "marts.revenue")],
    ),
    "a cascade that takes a view nobody builds again": (
        [
            seen(0, rename("marts.copied", "marts.copied__dbt_backup"), login="pipeline"),
            seen(1, rename("marts.copied__dbt_tmp", "marts.copied"), login="pipeline"),
            seen(2, drop("marts.copied", cascade=True), login="pipeline"),
            seen(3, create("marts.copied", "a"), login="pipeline"),
            mark(300),
        ],
        [Said("drop_view", "bi.exec")],
    ),
    "text that looks destructive and was not understood": (
        [seen(0, problems=(Problem("?", looks_destructive=True, touches=(key("marts.revenue"),)),)), mark(16)],
        [Said("uncertain", "marts.revenue")],
    ),
    "a drop of the table a schema away is not excused by its namesake": (
        [seen(0, drop("marts.revenue"), login="pipeline"), seen(1, create("raw.revenue", "total")), mark(300)],
        [REVENUE],
    ),
    "a drop of what a session built under a passing name, though that name is taken again": (
        [
            seen(0, create("marts.revenue__dbt_tmp", "total"), login="pipeline"),
            seen(1, rename("marts.revenue__dbt_tmp", "marts.revenue"), login="pipeline"),
            seen(100, create("marts.revenue__dbt_tmp", "total"), login="pipeline"),
            seen(101, drop("marts.revenue")),
            mark(102),
        ],
        [REVENUE],
    ),
    "a drop of what was moved away, though a stranger took its old name": (
        [
            seen(0, rename("marts.copied", "marts.revenue"), login="ana"),
            seen(1, create("marts.copied", "a"), login="cleo"),
            seen(20, drop("marts.revenue")),
            mark(21),
        ],
        [REVENUE],
    ),
    "every row goes, and none comes back": (
        [seen(0, Effect(Action.DELETE, key("marts.revenue"), every_row=True)), mark(1)],
        [Said("delete_all", "marts.revenue")],
    ),
    "every row is changed": (
        [seen(0, Effect(Action.UPDATE, key("marts.revenue"), every_row=True)), mark(1)],
        [Said("update_all", "marts.revenue")],
    ),
    "a schema goes with all that is in it": (
        [seen(0, drop("marts", kind=AssetKind.SCHEMA, cascade=True)), mark(1)],
        [Said("drop_schema", "marts")],
    ),
    "a database goes": (
        [seen(0, Effect(Action.DROP, AssetKey("acme", ("shop",)), AssetKind.DATABASE)), mark(1)],
        [Said("drop_database", "")],
    ),
    "a column that a dashboard shows gets another name": (
        [
            seen(
                0, Effect(Action.RENAME_COLUMN, key("marts.revenue"), columns=(ColumnChange("total", renamed_to="t"),))
            ),
            mark(16),
        ],
        [Said("rename_column", "marts.revenue")],
    ),
    "a partition is taken off": (
        [seen(0, Effect(Action.DROP_PARTITION, key("marts.revenue"), partition="p2025")), mark(16)],
        [Said("drop_partition", "marts.revenue")],
    ),
    "the log stands still: late, but said": (
        [seen(0, rename("marts.revenue", "marts.x")), mark(1), mark(90, late=True)],
        [Said("rename_relation", "marts.revenue")],
    ),
}

QUIET = {
    "retention and policies that a machine sets": [
        seen(
            0, Effect(Action.EXPIRE, key("marts.revenue")), Effect(Action.HIDE, key("marts.revenue")), login="pipeline"
        ),
        mark(300),
    ],
    "a history that is cut": [seen(0, Effect(Action.FORGET, key("marts.revenue"))), mark(16)],
    "a table that is put back after all rows were deleted": [
        seen(0, Effect(Action.DELETE, key("marts.costs"), every_row=True), login="pipeline"),
        seen(5, Effect(Action.RESTORE, key("marts.costs")), login="pipeline"),
        mark(300),
    ],
    "a bound view follows the column to its new name": [
        seen(0, Effect(Action.RENAME_COLUMN, key("raw.orders"), columns=(ColumnChange("status", renamed_to="state"),))),
        mark(300),
    ],
    "nobody uses it but the one who drops it": [seen(0, drop("marts.lonely")), mark(300)],
    "an unknown table": [seen(0, drop("marts.nowhere")), mark(300)],
    "a temporary namesake": [seen(0, drop("marts.revenue", temporary=True)), mark(300)],
    "it failed": [seen(0, drop("marts.revenue"), outcome=Outcome.FAILED), mark(300)],
    "it was rolled back": [seen(0, drop("marts.revenue"), outcome=Outcome.ROLLED_BACK), mark(300)],
    "it is still running": [seen(0, drop("marts.revenue"), outcome=Outcome.RUNNING), mark(300)],
    "dropped and created in one text": [
        seen(0, drop("marts.revenue"), create("marts.revenue", "total", "day", "note")),
        mark(1),
    ],
    "the dbt swap": [
        seen(0, create("marts.revenue__dbt_tmp", "total", "day", "note"), login="pipeline"),
        seen(0.1, rename("marts.revenue", "marts.revenue__dbt_backup"), login="pipeline"),
        seen(0.2, rename("marts.revenue__dbt_tmp", "marts.revenue"), login="pipeline"),
        seen(0.3, drop("marts.revenue__dbt_backup", cascade=True, if_exists=True), login="pipeline"),
        mark(300),
    ],
    "emptied and filled again": [
        seen(0, truncate("marts.revenue"), login="pipeline"),
        seen(20, append("marts.revenue"), login="pipeline"),
        mark(300),
    ],
    "a column dropped, added again and filled": [
        seen(0, drop_column("raw.orders", "status")),
        seen(5, Effect(Action.ADD_COLUMN, key("raw.orders"), columns=(ColumnChange("status"),))),
        seen(6, Effect(Action.UPDATE, key("raw.orders"), columns=(ColumnChange("status"),), every_row=True)),
        mark(300),
    ],
    "a column that is read gets a wider type": [seen(0, retype("varchar(50)", "text")), mark(300)],
    "somebody loses a right who never read": [
        seen(0, Effect(Action.REVOKE, key("marts.read_by_ana"), grantees=("intern",))),
        mark(300),
    ],
    "a column that nobody uses": [seen(0, drop_column("marts.lonely", "a")), mark(300)],
    "the first read teaches": [seen(0, drop("marts.revenue"), taught=True), mark(300)],
    "nothing before the window closes": [seen(0, drop("marts.revenue"), login="pipeline"), mark(100)],
}


@pytest.mark.parametrize("restart", [False, True], ids=["whole", "restarts"])
@pytest.mark.parametrize(("events", "expected"), SPEAKS.values(), ids=SPEAKS.keys())
def test_it_speaks(events: list[Event], expected: list[Said], restart: bool) -> None:
    assert said(fold(*events, restart=restart)[1]) == expected


@pytest.mark.parametrize("restart", [False, True], ids=["whole", "restarts"])
@pytest.mark.parametrize("events", QUIET.values(), ids=QUIET.keys())
def test_it_keeps_quiet(events: list[Event], restart: bool) -> None:
    assert said(fold(*events, restart=restart)[1]) == []


def test_an_alert_is_taken_back_when_the_table_stands_again() -> None:
    _, decisions = fold(seen(0, drop("marts.revenue")), mark(1), seen(60, create("marts.revenue", "total")), mark(61))

    spoken, taken_back = decisions

    assert isinstance(spoken, Speak)
    assert isinstance(taken_back, TakeBack)
    assert taken_back.key == spoken.candidate.key


def test_the_same_statement_read_twice_speaks_once() -> None:
    event = seen(0, drop("marts.revenue"))

    assert said(fold(event, mark(1), event, mark(2))[1]) == [REVENUE]


def test_the_same_harm_once_more_is_counted_to_its_open_alert() -> None:
    events = (seen(0, truncate("marts.revenue")), mark(1), seen(60, truncate("marts.revenue"), login="ana"), mark(61))

    _, (first, again) = fold(*events)
    _, resolved = fold(*events, over=True)

    assert isinstance(first, Speak)
    assert isinstance(again, Repeat)
    assert (again.key, again.by.login) == (first.candidate.key, "ana")
    assert said(resolved) == [Said("truncate", "marts.revenue")] * 2


def test_two_columns_of_a_table_are_two_harms() -> None:
    events = (seen(0, drop_column("raw.orders", "status")), seen(1, drop_column("raw.orders", "amount")), mark(60))

    assert said(fold(*events)[1]) == [Said("drop_column", "raw.orders")] * 2


def test_a_repeated_harm_is_taken_back_with_its_alert_once() -> None:
    _, decisions = fold(
        seen(0, truncate("marts.revenue")),
        mark(1),
        seen(60, truncate("marts.revenue")),
        mark(61),
        seen(90, append("marts.revenue")),
    )

    assert [type(d) for d in decisions] == [Speak, Repeat, TakeBack]


def test_an_alert_stays_until_all_that_was_counted_to_it_is_made_good() -> None:
    _, decisions = fold(
        seen(0, truncate("marts.revenue")),
        mark(1),
        seen(60, truncate("marts.revenue"), login="ana"),
        mark(61),
        seen(90, append("marts.revenue")),
        seen(91, append("marts.revenue"), login="ana"),
        seen(92, append("marts.revenue")),
    )

    assert [(type(d), d.by.started_at - NOW) for d in decisions if isinstance(d, TakeBack)] == [
        (TakeBack, timedelta(seconds=92))
    ]


def test_somebody_elses_new_rows_do_not_make_up_for_the_lost_ones() -> None:
    _, decisions = fold(
        seen(0, truncate("marts.revenue")), mark(1), seen(5, append("marts.revenue"), login="pipeline"), mark(9)
    )

    assert [type(d) for d in decisions] == [Speak]


def test_a_cure_that_is_told_before_its_harm_cures_it() -> None:
    """A session that idles after its DROP shows only later that it was done."""
    cure = seen(5, create("marts.revenue", "total", "day", "note"), login="pipeline")

    assert fold(cure, seen(0, drop("marts.revenue"), login="ana"), mark(300))[1] == []
    assert said(fold(cure, seen(9, drop("marts.revenue"), login="ana"), mark(300))[1]) == [REVENUE]


def test_a_slow_routine_gets_the_time_it_always_takes() -> None:
    def night(n: int, *, taught: bool) -> list[Event]:
        start = n * DAY
        return [
            seen(start, drop("marts.revenue"), login="pipeline", taught=taught),
            mark(start + 200),
            seen(start + 300, create("marts.revenue", "total", "day", "note"), login="pipeline", taught=taught),
        ]

    quick = fold(*night(0, taught=False))[1]
    patient = fold(*night(0, taught=True), *night(1, taught=False), now=NOW + timedelta(days=1))[1]

    assert said(quick) == [REVENUE]
    assert said(patient) == []


def test_old_news_is_marked_for_the_summary() -> None:
    """It waits until the log is read up to the moment when it was first seen."""
    late = 7 * 3600.0
    _, unread = fold(seen(0, drop("marts.revenue")), mark(1), now=NOW + timedelta(seconds=late))
    _, decisions = fold(seen(0, drop("marts.revenue")), mark(1), mark(late), now=NOW + timedelta(seconds=late))

    assert unread == []
    assert [d.candidate.old for d in decisions if isinstance(d, Speak)] == [True]


def test_the_state_survives_its_own_text() -> None:
    state, _ = fold(seen(0, drop("marts.revenue", kind=AssetKind.VIEW)), seen(1, rename("a.b", "a.c")), mark(1))

    assert state_from_json(state_to_json(state)) == state
    assert state.candidates[0].brief.started_at.tzinfo is not None
    assert {c.brief.started_at for c in state.candidates} == {NOW, NOW + timedelta(seconds=1)}
