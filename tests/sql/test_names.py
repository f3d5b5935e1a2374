"""Which names a text touches, and what the catalog finds under them."""

from __future__ import annotations

import pytest

from lineagebot.model import Session
from lineagebot.sql.names import fold, names, split_name

from . import reading

TOUCHED = [
    ("SELECT * FROM a, s.b x JOIN c ON true", {"a", "s.b", "c"}),
    ("SELECT (SELECT 1 FROM d) FROM (SELECT * FROM e) f, g", {"d", "e", "g"}),
    ("INSERT INTO a (x) SELECT y FROM b", {"a", "b"}),
    ("UPDATE a SET x = b.y FROM b", {"a", "b"}),
    ("DELETE FROM a USING b, c", {"a", "b", "c"}),
    ("MERGE INTO a USING b ON a.id = b.id", {"a", "b"}),
    ("DROP TABLE IF EXISTS a, b CASCADE; TRUNCATE c, d", {"a", "b", "c", "d"}),
    ("ALTER TABLE ONLY a RENAME TO b", {"a", "b"}),
    ("CREATE TABLE IF NOT EXISTS a AS SELECT * FROM b", {"a", "b"}),
    ("CREATE OR REPLACE VIEW v AS SELECT * FROM b", {"v", "b"}),
    ("REFRESH MATERIALIZED VIEW CONCURRENTLY m", {"m"}),
    ("COPY a FROM STDIN", {"a"}),
    ('SELECT * FROM "A b"."C"', {"A b.C"}),
    ("SELECT 'FROM x' -- FROM y\n FROM z", {"z"}),
    ("DO $$ BEGIN DELETE FROM a; EXECUTE 'truncate b'; END $$", {"a", "b"}),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT x FROM a'", {"a"}),
    ("CALL s.p('x')", {"s.p"}),
    ("SELECT ) FROM ((", set()),
]


@pytest.mark.parametrize(("sql", "expected"), TOUCHED)
def test_a_text_touches_at_least(sql: str, expected: set[str]) -> None:
    assert expected <= {".".join(parts) for parts in names(sql, "postgres", reading.SESSION)}


def test_a_columns_name_is_not_taken_for_a_table() -> None:
    assert names("SELECT a, b FROM t WHERE c = 1 ORDER BY d, e", "postgres", reading.SESSION) == {("t",)}


TYPED = [
    ("marts.revenue", "postgres", ("marts", "revenue")),
    ('Marts."Revenue"', "postgres", ("marts", "Revenue")),
    ("marts.revenue", "snowflake", ("MARTS", "REVENUE")),
    ("`P.d.Orders`", "bigquery", ("P", "d", "Orders")),
    ("a b", "postgres", None),
    ("a.", "postgres", None),
    ("", "postgres", None),
    ("'a'", "postgres", None),
]


@pytest.mark.parametrize(("text", "dialect", "expected"), TYPED)
def test_a_name_that_a_person_types(text: str, dialect: str, expected: tuple[str, ...] | None) -> None:
    assert split_name(text, dialect) == expected


def test_postgres_cuts_a_long_name_at_63_bytes() -> None:
    assert fold("A" * 70, "postgres") == "a" * 63
    assert fold("é" * 40, "postgres") == "é" * 31


def test_the_catalog_is_searched_along_the_path() -> None:
    known = reading.catalog(a__t="x int", b__t="y int", b__u="z int")
    session = Session("acme", "shop", ("a", "b"))
    assert [
        found.key.path if (found := known.find(parts, session)) else None
        for parts in (("t",), ("u",), ("b", "t"), ("no",))
    ] == [
        ("shop", "a", "t"),
        ("shop", "b", "u"),
        ("shop", "b", "t"),
        None,
    ]


AFTER = [
    ("DROP TABLE t", {"u": "z"}),
    ("DROP SCHEMA public CASCADE", {}),
    ("ALTER TABLE t RENAME TO w", {"w": "x y", "u": "z"}),
    ("ALTER TABLE t DROP COLUMN x", {"t": "y", "u": "z"}),
    ("ALTER TABLE t RENAME COLUMN x TO w", {"t": "w y", "u": "z"}),
    ("ALTER TABLE t ADD COLUMN w int", {"t": "x y w", "u": "z"}),
    ("CREATE TABLE w AS SELECT x AS q FROM t", {"t": "x y", "u": "z", "w": "q"}),
    ("CREATE TEMP TABLE w AS SELECT x AS q FROM t; DROP TABLE w", {"t": "x y", "u": "z"}),
]


@pytest.mark.parametrize(("sql", "expected"), AFTER)
def test_the_catalog_stands_so_afterwards(sql: str, expected: dict[str, str]) -> None:
    known = reading.catalog(t="x int, y int", u="z int")
    after = known.after(reading.read(sql, known=known).effects)
    assert {r.key.name: " ".join(c.name for c in r.columns) for r in after.relations} == expected
