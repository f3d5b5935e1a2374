"""What every kind of source keeps: ordered pages, a cursor that loses and repeats nothing, trouble with its remedy.

One run over every entry of SOURCES, each against its stand-in (standins/).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from lineagebot.config import Settings
from lineagebot.errors import SourceDenied, SourceTrouble
from lineagebot.model import LOGLESS
from lineagebot.sql.understand import understand
from lineagebot.store.embedded import Running
from lineagebot.store.engine import Store
from lineagebot.sync.match import Matcher
from lineagebot.sync.runner import Workshop, sync_all
from lineagebot.sync.source import Page, Source
from lineagebot.sync.sources import SOURCES, build
from tests.sync.conftest import START
from tests.sync.standins import Bench, StandIn, stand_in

#: What is written however often the same is read: when it was last looked at.
PASSING = frozenset({"leader", "duty", "word"})


@pytest.fixture(scope="module", params=sorted(SOURCES))
def system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cluster: Running
) -> Iterator[StandIn]:
    found = stand_in(request.param, Bench(tmp_path_factory.mktemp(request.param), cluster))
    yield found
    found.close()


@pytest.fixture
def source(system: StandIn) -> Iterator[Source]:
    source = system.source()
    yield source
    source.close()


def ids(pages: list[Page]) -> list[str]:
    return [one.statement.id for page in pages for one in page.statements]


def test_pages_come_in_the_order_of_the_log(system: StandIn, source: Source) -> None:
    pages = list(source.pull(None))
    marks = [page.watermark for page in pages if page.watermark is not None]
    times = [one.statement.started_at for page in pages for one in page.statements]

    assert (len(pages) > 2) == system.has_log
    assert (marks, times) == (sorted(marks), sorted(times))
    assert len(ids(pages)) == len(set(ids(pages)))
    assert [page.more for page in pages[:-1]] == [True] * len(pages[:-1])


def test_a_crash_behind_any_page_loses_and_repeats_nothing(system: StandIn, source: Source) -> None:
    pages = list(source.pull(None))

    for stop in range(1, len(pages)):
        again = system.source()
        rest = list(again.pull(pages[stop - 1].cursor))
        again.close()
        assert ids(pages[:stop]) + ids(rest) == ids(pages)


def test_what_is_read_belongs_to_it_and_says_when(source: Source) -> None:
    inventory = source.inventory()

    assert inventory is not None
    assert inventory.system == source.name
    assert inventory.as_of.tzinfo is not None
    assert {problem.message for problem in inventory.problems} == set()
    assert {one.reader.system for one in inventory.references} <= {source.name}
    assert {view.asset.system for view in inventory.views} <= {source.name}


def test_a_second_run_changes_nothing(system: StandIn, store: Store) -> None:
    first = _after_a_run(system, store)

    assert _after_a_run(system, store) == first


def test_a_missing_right_is_named_with_its_grant(system: StandIn) -> None:
    if system.denied is None:
        pytest.skip("nothing is granted to read it")
    denied = system.denied.source()

    with pytest.raises(SourceDenied) as raised:
        _read(denied)

    assert str(raised.value).startswith(denied.name)
    assert [words for words in system.denied.says if words not in str(raised.value)] == []
    assert [check.remedy for check in denied.check() if not check.ok and not check.remedy] == []
    assert any(not check.ok for check in denied.check())
    denied.close()


def test_what_cannot_be_read_is_named_with_its_place(system: StandIn) -> None:
    broken = system.broken.source()

    with pytest.raises(SourceTrouble) as raised:
        _read(broken)

    assert str(raised.value).startswith(broken.name)
    assert [words for words in system.broken.says if words not in str(raised.value)] == []
    assert any(not check.ok for check in broken.check())
    broken.close()


def test_doctor_has_nothing_to_say_against_a_reachable_one(source: Source) -> None:
    assert [check.name for check in source.check() if check.name in ("connection", "file") and not check.ok] == []


def test_a_source_without_sql_is_known_to_have_no_log(source: Source) -> None:
    assert (source.dialect is None) == (source.kind in LOGLESS)


def test_a_mistake_in_its_settings_is_one_sentence_without_the_value() -> None:
    for kind in SOURCES:
        settings = Settings(sources=({"name": "x", "kind": kind, "no_such_setting": "s3cret"},))  # type: ignore[arg-type]
        with pytest.raises(Exception, match="no_such_setting: unknown setting") as raised:
            build(settings)
        assert "s3cret" not in str(raised.value)


def _read(source: Source) -> None:
    source.inventory()
    for _ in source.pull(None):
        pass


def _after_a_run(system: StandIn, store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the store but for when things were last looked at."""
    source = system.source()
    workshop = Workshop(matcher=Matcher.of([source], (), understand))
    reports = sync_all([source], store, now=START, workshop=workshop)
    source.close()
    assert [report.trouble for report in reports if report.trouble] == []
    return {name: _rows(store, name) for name in _tables(store)}


def _tables(store: Store) -> list[str]:
    with store.begin() as tx:
        names = tx.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).scalars()
        return [name for name in names if name not in PASSING]


def _rows(store: Store, table: str) -> list[tuple[object, ...]]:
    with store.begin() as tx:
        listed = tx.execute(sa.text(f'SELECT * FROM "{table}"')).mappings()
        passing = ("inventory_at", "last_seen", "cursor", "watermark", "scans", "last_scanned", "scanned_after", "at")
        return sorted((tuple((k, str(v)) for k, v in row.items() if k not in passing) for row in listed), key=str)


def test_the_stand_ins_are_no_more_than_the_kinds() -> None:
    files = {p.stem for p in (Path(__file__).parent / "standins").glob("*.py")} - {"__init__"}

    assert files == set(SOURCES)
