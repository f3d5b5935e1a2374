"""No answer says "nobody" where nobody looked: whatever was not read stands in the answer itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lineagebot.graph.reader import GraphReader
from lineagebot.model import Coverage, Freshness
from lineagebot.plain import render
from lineagebot.store.engine import Store
from lineagebot.testing import NOW

from .conftest import SHOP, reply_to

YESTERDAY = NOW - timedelta(days=1)
LONELY = "check drop table marts.lonely"

READ = Freshness("acme", "postgres", NOW, NOW, log_from=NOW - timedelta(days=90))
NO_LOG = replace(READ, watermark=None, log_from=None)
NEVER = replace(NO_LOG, inventory_at=None)
NEW = replace(READ, log_from=YESTERDAY)
OLD = replace(READ, watermark=NOW - timedelta(days=9))
IN_TROUBLE = replace(READ, trouble="the log cannot be read; run: GRANT pg_monitor TO bot")

#: What is known of acme → what must stand in the answers to "who reads" and "check drop" of a table without a reader.
CASES: dict[str, tuple[tuple[Freshness, ...], str, str]] = {
    "read for long": (
        (READ,),
        "No reader seen since",
        "No known consumer: nothing downstream, and nobody seen reading it in the last 30 days.",
    ),
    "read since yesterday": (
        (NEW,),
        f"No reader seen since {YESTERDAY:%-d %b %Y}",
        f"nobody seen reading it since {YESTERDAY:%-d %b %Y}, when the log begins.",
    ),
    "its catalog alone": (
        (NO_LOG,),
        "No log of acme is read, so who uses it is not known.",
        "Cannot tell: No log of acme is read",
    ),
    "never read": ((NEVER,), "that says little", "Cannot tell: acme was never read."),
    "read long ago": (
        (OLD,),
        "The log of acme was last read on",
        "Cannot tell: The log of acme was last read on",
    ),
    "in trouble": ((IN_TROUBLE,), "acme has trouble", "Cannot tell: acme has trouble"),
    "not connected": ((), "that says little", "Cannot tell: No source reads acme."),
}


class Told:
    """The small company, with something else said of its sources."""

    def __init__(self, *sources: Freshness, not_understood: int = 0) -> None:
        self._coverage = Coverage(sources, not_understood)

    def coverage(self, keys: object = ()) -> Coverage:
        return self._coverage

    def __getattr__(self, name: str) -> object:
        return getattr(SHOP, name)


def told(line: str, *sources: Freshness, not_understood: int = 0, store: Store | None = None) -> str:
    graph: GraphReader = Told(*sources, not_understood=not_understood)  # type: ignore[assignment]
    return " ".join(render(reply_to(line, graph, store)).split())


@pytest.mark.parametrize("case", CASES)
def test_who_reads_says_what_was_not_looked_at(case: str) -> None:
    sources, readers, _ = CASES[case]

    assert readers in told("who reads marts.lonely", *sources)


@pytest.mark.parametrize("case", CASES)
def test_a_check_says_what_was_not_looked_at(case: str) -> None:
    sources, _, verdict = CASES[case]

    assert verdict in told(LONELY, *sources)


@pytest.mark.parametrize("line", [LONELY, "who reads marts.lonely"])
def test_statements_that_were_not_understood_stand_against_silence(line: str) -> None:
    assert "2 statements that may touch it were not understood" in told(line, READ, not_understood=2)


@pytest.mark.parametrize(
    "line", [LONELY, "who reads marts.lonely", "marts.lonely", "marts.lonely --downstream", "column marts.lonely.a"]
)
def test_every_answer_says_that_a_log_is_missing(line: str) -> None:
    assert "no log of acme is read" in told(line, NO_LOG)


def test_who_opens_a_dashboard_of_a_file_is_not_known() -> None:
    bi = Freshness("bi", "declared", None, NOW)
    sales = replace(bi, system=next(a.key.system for a in SHOP.search("exec revenue", limit=1).assets))

    assert "declared by hand and has no log, so who opens it is not known" in told(
        "who reads daily mail", READ, replace(sales, kind="declared")
    )


@pytest.mark.parametrize(
    ("sources", "says"),
    [
        ((), "0 sources, so nothing is known; 0 open alerts."),
        ((NO_LOG,), "1 source, no log read of acme; 0 open alerts."),
        ((NEVER,), "1 source, trouble with acme; 0 open alerts."),
        ((READ,), "1 source, all is well; 0 open alerts."),
    ],
    ids=["nothing connected", "no log", "never read", "well"],
)
def test_all_is_well_only_where_somebody_looked(store: Store, sources: tuple[Freshness, ...], says: str) -> None:
    graph: GraphReader = Told(*sources)  # type: ignore[assignment]

    assert reply_to("status", graph, store).summary == says


@pytest.mark.parametrize(
    ("sources", "says"),
    [((), "so nothing is known"), ((NO_LOG,), "no log of acme is read"), ((IN_TROUBLE,), "acme has trouble")],
    ids=["nothing connected", "no log", "in trouble"],
)
def test_no_open_alert_is_said_with_what_was_listened_to(
    store: Store, sources: tuple[Freshness, ...], says: str
) -> None:
    said = told("alerts", *sources, store=store)

    assert "No open alert." in said
    assert says in said


def test_a_moment_is_named_in_every_answer() -> None:
    moment: datetime = NOW
    for line in (LONELY, "who reads marts.lonely", "marts.revenue", "column marts.revenue.total", "check select 1"):
        assert f"As of {moment:%H:%M} UTC" in told(line, READ)


def test_a_trouble_names_its_source_once() -> None:
    said = told(LONELY, replace(READ, trouble="acme: nothing answers at db:5432; is Postgres running there?"))

    assert "acme has trouble: nothing answers at db:5432" in said
    assert "acme: " not in said


@pytest.mark.parametrize("line", ["pause 2h", "resume"])
def test_whoever_pauses_the_alerts_is_named_before_everyone(store: Store, line: str) -> None:
    told("pause 2h", READ, store=store)
    reply = reply_to(line, SHOP, store)

    assert not reply.private
    assert reply.summary.endswith("(ana paused the alerts.)" if line == "pause 2h" else "(ana resumed them.)")
