"""A real server with jsonlog: its catalog, outcomes, search paths, what it says when asked, and its troubles."""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
from psycopg import pq
from pydantic import SecretStr

from lineagebot.errors import CannotSay, SourceDenied, SourceUnreachable
from lineagebot.graph.impact import Impact, Verdict, impact
from lineagebot.graph.reader import Direction
from lineagebot.model import Action, AssetKey, AssetKind, Binding, EdgeKind, Effect, Layer, Outcome, Statement
from lineagebot.store import cursors, journal
from lineagebot.store.embedded import Cluster, Running, erase, start
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.postgres_door import Door
from lineagebot.sync.runner import Workshop, inventory_once, sync_all, sync_once

LOGGED = ("logging_collector=on", "log_destination=jsonlog", "log_directory=log", "fsync=off", "log_rotation_age=0")
T = TypeVar("T")
FULL = {"log_statement": "all", "log_duration": "on", "log_connections": "on", "log_disconnections": "on",
        "log_min_duration_statement": "-1"}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    cluster = Cluster(tmp_path_factory.mktemp("acme"), LOGGED, database="shop", superuser="acme")
    with start(cluster) as running:
        configure(running, **FULL)
        with psycopg.connect(running.dsn, autocommit=True) as c:
            c.execute("create role anna login")
            c.execute("comment on role anna is 'Anna Berg <Anna@acme.test>'")
            c.execute("create role lineagebot login")
            c.execute("grant pg_monitor to lineagebot")
            c.execute("grant all on database shop to anna")
            c.execute("grant all on schema public to anna")
        yield running
    erase(cluster)


def configure(running: Running, **settings: str) -> None:
    with psycopg.connect(running.dsn, autocommit=True) as c:
        for name, value in settings.items():
            c.execute(f"alter system set {name} = '{value}'")
        c.execute("select pg_reload_conf()")
    until(lambda: _setting(running, list(settings)[-1]) == list(settings.values())[-1])


def _setting(running: Running, name: str) -> str:
    with psycopg.connect(running.dsn, autocommit=True) as c:
        return str(c.execute("select current_setting(%s)", (name,)).fetchone()[0])  # type: ignore[index]


def until(question: Callable[[], T], *, seconds: float = 60.0) -> T:
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.02)


@pytest.fixture
def source(warehouse: Running) -> Iterator[PostgresSource]:
    address = SecretStr(warehouse.dsn_for("lineagebot", "shop"))
    source = PostgresSource("acme", PostgresOptions(dsn=address, log=str(warehouse.log_directory)))
    yield source
    source.close()


class Follower:
    """Reads on from where it was."""

    def __init__(self, source: PostgresSource) -> None:
        self.source = source
        self.cursor: str | None = None
        self.seen: list[Statement] = []
        self.watermark: datetime | None = None
        self.read()
        self.seen.clear()

    def read(self) -> list[Statement]:
        for page in self.source.pull(self.cursor):
            self.cursor, self.watermark = page.cursor, page.watermark
            self.seen += [one.statement for one in page.statements]
        return self.seen

    def find(self, words: str) -> Statement:
        found = until(lambda: [s for s in self.read() if words in s.text])
        assert found, f"{words} was not handed over"
        return found[-1]


@pytest.fixture
def follower(source: PostgresSource) -> Follower:
    return Follower(source)


def anna(warehouse: Running) -> psycopg.Connection:
    return psycopg.connect(warehouse.dsn_for("anna", "shop"), autocommit=True, application_name="psql")


def test_outcomes_and_search_paths_of_a_real_session(warehouse: Running, follower: Follower) -> None:
    with anna(warehouse) as c:
        c.execute("create schema one")
        c.execute("create table one.t (a int)")
        c.execute("set search_path = one, public")
        c.execute("begin")
        c.execute("drop table t")
        c.execute("rollback")
        dropped = follower.find("drop table t")
        assert dropped.outcome is Outcome.ROLLED_BACK
        assert dropped.default_path == ("shop", "one", "public")
        assert (dropped.login, dropped.application) == ("anna", "psql")
        c.execute("drop table t")
        assert follower.find("drop table t").outcome is Outcome.DONE
        with pytest.raises(psycopg.Error):
            c.execute("drop table t")
        assert until(lambda: follower.read()[-1].outcome is Outcome.FAILED)
        c.execute("drop schema one")


def test_the_default_search_path_of_a_role_and_a_schema_of_its_own_are_known(
    warehouse: Running, follower: Follower
) -> None:
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute("create schema if not exists anna authorization anna")
        c.execute("create schema if not exists marts authorization anna")
        with anna(warehouse) as a:
            a.execute("select 'first'")
            assert follower.find("'first'").default_path == ("shop", "anna", "public")
        c.execute("alter role anna set search_path = marts, public")
        with anna(warehouse) as a:
            a.execute("select 'second'")
            assert follower.find("'second'").default_path == ("shop", "marts", "public")
        c.execute("alter role anna reset search_path")
        c.execute("drop schema anna")
        c.execute("drop schema marts")


def test_without_durations_an_idle_session_is_settled_by_asking(warehouse: Running, follower: Follower) -> None:
    configure(warehouse, log_duration="off")
    try:
        with anna(warehouse) as c:
            c.execute("create table idle_one ()")
            assert follower.find("create table idle_one").outcome is Outcome.DONE
            c.execute("begin")
            c.execute("drop table idle_one")
            time.sleep(0.05)
            follower.read()
            assert not [s for s in follower.seen if "drop table idle_one" in s.text], "its transaction is still open"
            c.execute("commit")
            assert follower.find("drop table idle_one").outcome is Outcome.DONE
    finally:
        configure(warehouse, log_duration="on")


def test_the_watermark_moves_on_while_nobody_does_anything(warehouse: Running, follower: Follower) -> None:
    before = follower.watermark
    assert before is not None
    assert until(lambda: follower.read() is not None and follower.watermark != before)


def test_our_own_statements_are_not_news_and_nobody_hides_behind_our_name(
    warehouse: Running, source: PostgresSource, follower: Follower
) -> None:
    source.inventory()
    with psycopg.connect(warehouse.dsn_for("anna", "shop"), autocommit=True, application_name="lineagebot") as c:
        c.execute("select 'hidden?'")
    follower.find("'hidden?'")
    assert {s.login for s in follower.seen} == {"anna"}


def test_a_log_becomes_a_graph_and_the_first_read_teaches(
    warehouse: Running, source: PostgresSource, store: Store
) -> None:
    with psycopg.connect(warehouse.dsn, autocommit=True, application_name="dbt") as c:
        c.execute("create schema raw2")
        c.execute("create table raw2.orders (id int, amount numeric, day date)")
        c.execute("create view raw2.recent as select id, amount from raw2.orders where day > '2024-01-01'")
    workshop, now = Workshop(), datetime.now(UTC)
    reports = sync_all([source], store, now=now, workshop=workshop)
    assert [r.trouble for r in reports] == [None, None]
    with anna(warehouse) as c, psycopg.connect(warehouse.dsn, autocommit=True, application_name="psql") as admin:
        admin.execute("grant all on schema raw2 to anna")
        admin.execute("grant select on all tables in schema raw2 to anna")
        c.execute("create temp table t as select day, amount from raw2.orders")
        sync_once(source, store, now=now, workshop=workshop)
        c.execute("create table raw2.report as select day, sum(amount) as total from t group by day")
        c.execute("begin")
        c.execute("drop table raw2.report")
        c.execute("rollback")
        report = sync_once(source, store, now=now, workshop=workshop)
    assert report.not_understood == 0
    orders = AssetKey("acme", ("shop", "raw2", "orders"))
    edges = {
        (e.source_column, e.target.name, e.target_column)
        for e in PostgresGraph(store).edges([orders], Direction.DOWNSTREAM, columns=True)
        if e.kind is EdgeKind.FLOW
    }
    assert {("amount", "report", "total"), ("day", "report", "day"), ("id", "recent", "id")} <= edges
    with store.begin() as tx:
        entries = journal.after(tx, 0, limit=100_000)
        stored = cursors.load_cursor(tx, "acme")
    assert stored is not None
    assert "sum(amount)" not in stored.cursor
    drops = [e for e in entries for x in e.effects if x.action is Action.DROP and x.target.name == "report"]
    assert [(d.statement.outcome, d.taught) for d in drops] == [(Outcome.ROLLED_BACK, False)]
    assert {e.taught for e in entries if e.statement.login == "acme" and e.statement.application == "dbt"} == {True}
    again = sync_once(source, store, now=now, workshop=workshop, from_start=True)
    with store.begin() as tx:
        assert again.statements > report.statements
        assert len(journal.after(tx, 0, limit=100_000)) == len(entries), "what is read again changes nothing"


def test_one_source_in_trouble_does_not_stop_the_others(
    warehouse: Running, source: PostgresSource, store: Store, tmp_path: Path
) -> None:
    broken = PostgresSource("broken", PostgresOptions(log=str(tmp_path / "nowhere")))
    reports = sync_all([broken, source], store, now=datetime.now(UTC))
    assert [(r.source, r.trouble is None) for r in reports] == [
        ("broken", True), ("broken", False), ("acme", True), ("acme", True),
    ]  # fmt: skip
    coverage = PostgresGraph(store).coverage()
    assert {s.system: s.trouble is None for s in coverage.sources} == {"broken": False, "acme": True}


#: log_statement, log_duration, log_min_duration_statement
MODES = [("all", "on", "-1"), ("all", "off", "-1"), ("ddl", "on", "-1"), ("ddl", "off", "-1"), ("ddl", "off", "0"),
         ("none", "off", "0"), ("all", "off", "0"), ("mod", "on", "0")]  # fmt: skip


@pytest.mark.parametrize("mode", MODES, ids=[" ".join(m) for m in MODES])
def test_a_table_stands_exactly_where_its_creation_is_done(
    warehouse: Running, follower: Follower, mode: tuple[str, str, str]
) -> None:
    """Random scripts against the real thing: the server itself knows which statements lasted."""
    names = ("log_statement", "log_duration", "log_min_duration_statement")
    configure(warehouse, **dict(zip(names, mode, strict=True)))
    chance = random.Random(" ".join(mode))
    made: list[str] = []
    for _ in range(40):
        play(warehouse, chance, made)
    configure(warehouse, **FULL)
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        there = {row[0] for row in c.execute("select relname from pg_class where relname ~ '^q[0-9]+$'")}
        until(lambda: any("pg_class where relname ~" in s.text for s in follower.read()))
        for name in there:
            c.execute(f"drop table {name}")
    outcomes = defaultdict(list)
    for statement in follower.seen:
        for name in re.findall(r"create table (q\d+)\(\)", statement.text):
            outcomes[name].append(statement.outcome)
    wrong = {name: outcomes[name] for name in made if not fits(outcomes[name], stands=name in there)}
    assert wrong == {}
    assert len({s.id for s in follower.seen}) == len(follower.seen)
    if mode[0] == "all":
        assert Outcome.UNKNOWN not in {o for found in outcomes.values() for o in found}


def fits(outcomes: list[Outcome], *, stands: bool) -> bool:
    """One outcome at most, never DONE for what is not there; where the log leaves out BEGIN it may be UNKNOWN."""
    if stands:
        return outcomes in ([Outcome.DONE], [Outcome.UNKNOWN])
    return len(outcomes) <= 1 and Outcome.DONE not in outcomes


def play(warehouse: Running, chance: random.Random, made: list[str]) -> None:
    def create() -> str:
        made.append(f"q{len(made)}")
        return f"create table {made[-1]}()"

    messages: list[Callable[[], str]] = [
        *[create] * 8,
        *[lambda: "begin"] * 2,
        *[lambda: "commit"] * 2,
        lambda: "rollback",
        lambda: "savepoint a",
        lambda: "rollback to a",
        lambda: "release a",
        lambda: "select 1/0",
        lambda: "selct 1",
        lambda: "commit and chain",
        lambda: f"{create()}; {create()}",
        lambda: f"{create()}; select 1/0; {create()}",
        lambda: f"begin; {create()}; {chance.choice(['commit', 'rollback'])}",
        lambda: f"begin; {create()}; commit; {create()}",
        lambda: f"{create()}; begin; {create()}; rollback; {create()}",
    ]
    connection = pq.PGconn.connect(f"{warehouse.dsn} application_name=psql".encode())
    connection.notice_handler = lambda notice: None
    extended = chance.random() < 0.4
    for _ in range(chance.randint(2, 14)):
        text = chance.choice(messages)()
        if extended and ";" not in text:
            connection.exec_params(text.encode(), None)
        else:
            connection.exec_(text.encode())
    connection.finish()


def test_the_catalog_tells_relations_views_comments_and_people(warehouse: Running, source: PostgresSource) -> None:
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute("create schema cat")
        c.execute('create table cat."Orders" (id int, "Total €" numeric(10,2), day date)')
        c.execute("comment on table cat.\"Orders\" is 'All orders'")
        c.execute(
            'create view cat.daily as select day, sum("Total €") as total from cat."Orders" where id > 0 group by 1'
        )
        c.execute("create materialized view cat.kept as select * from cat.daily")
        c.execute("create table cat.parted (d date) partition by range (d)")
        c.execute("create table cat.part_1 partition of cat.parted for values from ('2024-01-01') to ('2025-01-01')")
    found = source.inventory()
    assert found is not None
    items = {item.asset.key.path[1:]: item for item in found.items if item.asset.key.path[1:2] == ("cat",)}
    assert {path: item.asset.kind for path, item in items.items()} == {
        ("cat",): AssetKind.SCHEMA,
        ("cat", "Orders"): AssetKind.TABLE,
        ("cat", "daily"): AssetKind.VIEW,
        ("cat", "kept"): AssetKind.MATERIALIZED_VIEW,
        ("cat", "part_1"): AssetKind.TABLE,
        ("cat", "parted"): AssetKind.TABLE,
    }
    orders = items["cat", "Orders"]
    assert orders.asset.description == "All orders"
    assert [(c.name, c.type) for c in orders.columns or ()] == [
        ("id", "integer"), ("Total €", "numeric(10,2)"), ("day", "date"),
    ]  # fmt: skip
    assert orders.owners == ()
    edges = {(e.source.name, e.source_column, e.target.name, e.kind) for e in found.edges if e.source.path[1] == "cat"}
    assert edges == {
        ("Orders", None, "daily", EdgeKind.FLOW),
        ("Orders", "id", "daily", EdgeKind.REFERENCE),
        ("Orders", "day", "daily", EdgeKind.REFERENCE),
        ("Orders", "Total €", "daily", EdgeKind.REFERENCE),
        ("daily", None, "kept", EdgeKind.FLOW),
        ("daily", "day", "kept", EdgeKind.REFERENCE),
        ("daily", "total", "kept", EdgeKind.REFERENCE),
        ("part_1", None, "parted", EdgeKind.FLOW),
    }
    assert {(e.binding, e.layer) for e in found.edges} == {(Binding.BY_OBJECT, Layer.CATALOG)}
    assert [(p.id, p.name, p.logins) for p in found.people] == [("anna@acme.test", "Anna Berg", (("acme", "anna"),))]


def test_the_catalog_tells_how_often_and_when_a_table_was_scanned(warehouse: Running, source: PostgresSource) -> None:
    def counted(name: str) -> tuple[int | None, datetime | None]:
        found = source.inventory()
        assert found is not None
        (item,) = (item for item in found.items if item.asset.key.path[1:] == ("counted", name))
        return item.scans, item.last_scanned

    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute("create schema counted")
        c.execute("create table counted.a (id int)")
        c.execute("create view counted.v as select * from counted.a")
    began = datetime.now(UTC)
    assert counted("a")[1] is None
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute("select * from counted.v")
    scans, last = until(lambda: (now := counted("a"))[1] and now) or (0, None)
    assert scans == 1
    assert last is not None
    assert began - timedelta(seconds=1) <= last <= datetime.now(UTC) + timedelta(seconds=1)
    assert counted("v") == (None, None)
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute("revoke select on pg_stat_user_tables from public")
        assert counted("a") == (None, None), "closed statistics are no reason to go without the catalog"
        c.execute("grant select on pg_stat_user_tables to public")


def test_a_reader_hidden_in_a_function_leaves_a_doubt(warehouse: Running, source: PostgresSource, store: Store) -> None:
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute("set log_statement = 'none'")
        c.execute("create schema hidden")
        c.execute("create table hidden.rates (a int)")
        c.execute("create function hidden.rate() returns bigint language sql as 'select count(*) from hidden.rates'")
        c.execute("grant usage on schema hidden to anna")
        c.execute("grant select on hidden.rates to anna")
    rates = AssetKey("acme", ("shop", "hidden", "rates"))
    graph, now, workshop = PostgresGraph(store), datetime.now(UTC), Workshop()

    def verdict() -> Impact:
        sync_all([source], store, now=now, workshop=workshop)
        return impact(graph, [Effect(Action.DROP, rates)], today=datetime.now(UTC).date())

    assert verdict().verdict is Verdict.NO_KNOWN_CONSUMER
    with anna(warehouse) as c:
        c.execute("select hidden.rate()")
    found = until(lambda: (now := verdict()).verdict is Verdict.CANNOT_TELL and now)
    assert found
    assert found.readers == found.consumers == ()
    assert "but Postgres counts scans of it, the last on" in found.unsure[0]


def test_the_probe_tells_columns_gone_or_that_it_cannot_say(warehouse: Running, source: PostgresSource) -> None:
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute("create schema probe")
        c.execute("create table probe.t (a int)")
        key = AssetKey("acme", ("shop", "probe", "t"))
        assert source.columns(key) != ()
        c.execute("drop table probe.t")
        assert type(source.columns(key)).__name__ == "Gone"
        assert source.columns(key.parent) == ()
        c.execute("drop schema probe")
        assert type(source.columns(key.parent)).__name__ == "Gone"
    for unknown in (AssetKey("acme", ("nodb", "s", "t")), AssetKey("other", ("a", "b", "c"))):
        with pytest.raises(CannotSay):
            source.columns(unknown)


#: Fails as a catalog does that is read while something in it is dropped; the lock outlives what failed.
RACED = """
create function raced() returns int language plpgsql as $$ begin
    if not exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) then
        perform pg_advisory_lock(1);
        raise exception 'cache lookup failed for relation 1' using errcode = 'internal_error';
    end if;
    return 1;
end $$"""


def test_a_catalog_that_changed_under_a_question_is_asked_once_more(warehouse: Running) -> None:
    door = Door("acme", warehouse.dsn_for("lineagebot", "shop"))
    with psycopg.connect(warehouse.dsn, autocommit=True) as c:
        c.execute(RACED)
        try:
            assert door.rows("select raced()") == [(1,)]
            with pytest.raises(SourceUnreachable, match="shop answered a question with error XX000"):
                door.rows("select raced() from (select pg_advisory_unlock_all()) as unlocked")
        finally:
            door.close()
            c.execute("drop function raced()")


def test_check_names_each_failing_and_its_remedy(warehouse: Running, source: PostgresSource) -> None:
    assert [c.name for c in source.check() if not c.ok] == []
    configure(warehouse, log_duration="off", log_statement="ddl")
    address = SecretStr(warehouse.dsn_for("anna", "shop"))
    poor = PostgresSource("acme", PostgresOptions(dsn=address, log="/nowhere"))
    try:
        remedies = {check.name: check.remedy for check in poor.check() if not check.ok}
    finally:
        poor.close()
        configure(warehouse, **FULL)
    assert remedies == {
        "rights": "GRANT pg_monitor TO anna;",
        "log_statement": "ALTER SYSTEM SET log_statement = 'all'; SELECT pg_reload_conf();",
        "log_duration": "ALTER SYSTEM SET log_duration = on; SELECT pg_reload_conf();",
        "log": "set log to the server's log directory (SHOW log_directory)",
    }


TROUBLES = [
    ("host={host} port=1 user=x dbname=shop password=hunter2", SourceUnreachable, "no Postgres listens"),
    ("host=127.0.0.1 port=1 user=x password=hunter2", SourceUnreachable, "nothing answers at 127.0.0.1:1"),
    ("host={host} port=5432 user=nobody dbname=shop password=hunter2", SourceDenied, "CREATE ROLE nobody LOGIN"),
    ("host={host} port=5432 user=anna dbname=nodb password=hunter2", SourceUnreachable, "no database nodb"),
]


@pytest.mark.parametrize(("dsn", "kind", "says"), TROUBLES, ids=[t[2] for t in TROUBLES])
def test_a_connection_that_fails_is_one_sentence_without_the_password(
    warehouse: Running, store: Store, dsn: str, kind: type[Exception], says: str
) -> None:
    address = SecretStr(dsn.format(host=warehouse.run_directory))
    source = PostgresSource("acme", PostgresOptions(dsn=address))
    with pytest.raises(kind, match=re.escape(says)) as caught:
        source.inventory()
    assert "hunter2" not in str(caught.value)
    report = inventory_once(source, store, now=datetime.now(UTC))
    assert report.trouble == str(caught.value)
    assert "hunter2" not in repr(source.check())
    source.close()
