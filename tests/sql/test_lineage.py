"""Which columns feed which: golden files, a statement and the lines that it must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineagebot.model import Binding, How, Read, Session, TemporaryRelation

from . import reading

GOLDEN = sorted(Path(__file__).parent.glob("lineage/*.sql"))


def cases() -> list[tuple[str, str, dict[str, str], str, list[str]]]:
    """(name, dialect, known tables, statement, expected lines); see the head of any golden file."""
    found = []
    for path in GOLDEN:
        for number, block in enumerate(path.read_text(encoding="utf-8").split("\n\n")):
            lines = [line for line in block.strip().splitlines() if line]
            if not lines or all(line.startswith("--") for line in lines):
                continue
            known = dict(line[8:].split(": ", 1) for line in lines if line.startswith("--known "))
            expected = [line[3:] for line in lines if line.startswith("-- ")]
            sql = "\n".join(line for line in lines if not line.startswith("--"))
            found.append((f"{path.stem}-{number}", path.stem.partition("_")[0], known, sql, expected))
    return found


@pytest.mark.parametrize(("name", "dialect", "known", "sql", "expected"), cases(), ids=[c[0] for c in cases()])
def test_columns_are_fed_by(name: str, dialect: str, known: dict[str, str], sql: str, expected: list[str]) -> None:
    understood = reading.read(sql, dialect=dialect, known=reading.catalog(**known))
    assert understood.problems == ()
    assert reading.edges(understood) == sorted(expected)


def test_a_select_reads_and_puts_out_but_has_no_edges() -> None:
    understood = reading.read("SELECT o.id, sum(o.total) AS total FROM orders o WHERE o.paid GROUP BY o.id")
    orders = reading.key("orders")
    assert understood.edges == ()
    assert [column.name for column in understood.outputs] == ["id", "total"]
    assert set(understood.reads) == {Read(orders), Read(orders, "id"), Read(orders, "total"), Read(orders, "paid")}


def test_a_star_reads_the_columns_that_are_known() -> None:
    known = reading.catalog(orders="id int, total numeric")
    understood = reading.read("SELECT * FROM orders", known=known)
    assert [(column.name, column.type) for column in understood.outputs] == [("id", "int"), ("total", "numeric")]


def test_a_view_holds_its_tables_but_a_table_made_from_a_query_does_not() -> None:
    view = reading.read("CREATE VIEW v AS SELECT id FROM orders")
    table = reading.read("CREATE TABLE t AS SELECT id FROM orders")
    elsewhere = reading.read("CREATE VIEW v AS SELECT id FROM orders", dialect="snowflake")
    assert {edge.binding for edge in view.edges} == {Binding.BY_OBJECT}
    assert {edge.binding for edge in (*table.edges, *elsewhere.edges)} == {Binding.BY_NAME}


def test_a_temp_table_vanishes_into_its_sources() -> None:
    understood = reading.read(
        "CREATE TEMP TABLE t AS SELECT id, total * 2 AS twice FROM orders WHERE paid;"
        "INSERT INTO marts.r (a, b) SELECT id, twice FROM t"
    )
    assert reading.edges(understood) == [
        "orders -> marts.r",
        "orders.id -> marts.r.a copied",
        "orders.paid => marts.r filtered",
        "orders.total -> marts.r.b computed",
    ]
    assert reading.effects(understood) == ["create table pg_temp.t makes id twice [temporary]", "append table marts.r"]


def test_a_temp_table_with_unknown_columns_passes_their_names_on() -> None:
    understood = reading.read("CREATE TEMP TABLE t AS SELECT * FROM orders; INSERT INTO r SELECT id FROM t")
    assert "orders.id -> r.id copied" in reading.edges(understood)


def test_a_temp_table_is_found_before_a_table_of_its_name_and_goes_with_its_drop() -> None:
    first = reading.read("CREATE TEMP TABLE orders AS SELECT 1 AS id")
    session = first.session_after
    assert session is not None
    dropped = reading.read("DROP TABLE orders", session=session)
    assert reading.effects(dropped) == ["drop table pg_temp.orders [temporary]"]
    assert dropped.session_after is not None
    again = reading.read("DROP TABLE orders", session=dropped.session_after)
    assert reading.effects(again) == ["drop table orders"]


def test_a_schema_in_the_name_leads_past_the_temp_table() -> None:
    session = reading.SESSION.with_temporaries((TemporaryRelation("orders", ()),))
    assert reading.effects(reading.read("TRUNCATE public.orders", session=session)) == [
        "truncate table orders [every_row]"
    ]
    assert reading.effects(reading.read("TRUNCATE pg_temp.orders", session=session)) == [
        "truncate table pg_temp.orders [every_row] [temporary]"
    ]


def test_what_is_put_into_a_temp_table_later_counts_too() -> None:
    understood = reading.read(
        "CREATE TEMP TABLE t (x int); INSERT INTO t SELECT id FROM a; INSERT INTO t (x) SELECT id FROM b;"
        "CREATE TABLE r AS SELECT x FROM t"
    )
    assert {"a.id -> r.x copied", "b.id -> r.x copied", "a -> r", "b -> r"} <= set(reading.edges(understood))


def test_what_an_earlier_statement_made_is_known_to_the_later() -> None:
    understood = reading.read("CREATE TABLE a (x int, y int); INSERT INTO b SELECT * FROM a")
    assert {"a.x -> b.x copied", "a.y -> b.y copied"} <= set(reading.edges(understood))


SESSIONS = [
    ("SET search_path = a, b", ("a", "b")),
    ("SET search_path TO 'a', \"B\"", ("a", "B")),
    ('SET search_path TO "$user", public', ("joe", "public")),
    ("SELECT set_config('search_path', 'a, b', false)", ("a", "b")),
    ("SET LOCAL search_path = a", ("public",)),
    ("SET search_path = a; RESET search_path", ("joe", "public")),
    ("SET search_path = a; DISCARD ALL", ("joe", "public")),
    ("SET statement_timeout = 1", ("public",)),
]


@pytest.mark.parametrize(("sql", "expected"), SESSIONS)
def test_a_session_stands_so_afterwards(sql: str, expected: tuple[str, ...]) -> None:
    after = reading.read(sql).session_after
    assert after is not None
    assert after.search_path == expected


@pytest.mark.parametrize("sql", ["RESET search_path", "SET search_path TO DEFAULT", "RESET ALL", "DISCARD ALL"])
def test_a_reset_goes_back_to_what_the_role_sets(sql: str) -> None:
    session = Session("acme", "shop", ("elsewhere",), "joe", default_search_path=("marts", "public"))
    understood = reading.read(f"SET search_path = a; {sql}; DROP TABLE t", session=session)
    assert reading.effects(understood) == ["drop table marts.t"]
    assert understood.session_after is not None
    assert understood.session_after.search_path == ("marts", "public")


def test_set_local_holds_until_the_transaction_ends() -> None:
    understood = reading.read("BEGIN; SET LOCAL search_path = a; DROP TABLE x; COMMIT; DROP TABLE x")
    assert reading.effects(understood) == ["drop table a.x", "drop table x"]


def test_discard_all_forgets_the_temp_tables() -> None:
    after = reading.read("CREATE TEMP TABLE t (x int); DISCARD ALL").session_after
    assert after is not None
    assert after.temporaries == ()


def test_how_strongest_wins_on_the_way_through_queries() -> None:
    understood = reading.read("CREATE TABLE r AS SELECT x AS y FROM (SELECT max(a) AS x FROM t) q")
    assert [edge.how for edge in understood.edges if edge.target_column] == [How.AGGREGATED]


def test_an_upsert_knows_its_excluded_row() -> None:
    understood = reading.read(
        "INSERT INTO r (id, n) SELECT id, n FROM s ON CONFLICT (id) DO UPDATE SET n = r.n + excluded.n"
    )
    assert "s.n -> r.n computed" in reading.edges(understood)


def test_a_long_chain_of_ors_and_unions_is_read() -> None:
    ors = " OR ".join(f"a = {n}" for n in range(5_000))
    unions = " UNION ALL ".join(["SELECT a FROM t"] * 1_000)
    assert reading.read(f"CREATE TABLE r AS SELECT a FROM t WHERE {ors}").understood == 1
    assert reading.edges(reading.read(f"CREATE TABLE r AS {unions}")) == ["t -> r", "t.a -> r.a copied"]
