"""What is remembered is what reading anew says: the literal, the session and the columns count where they decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lineagebot.model import (
    AssetKey,
    AssetKind,
    Column,
    Relation,
    Session,
    TemporaryRelation,
    Understanding,
)
from lineagebot.sql.cache import Cache, digest
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.understand import understand

SESSION = Session("w", "shop", ("public",), login="ann")


def table(name: str, *columns: str, path: tuple[str, ...] = ("shop", "public")) -> Relation:
    return Relation(AssetKey("w", (*path, name)), AssetKind.TABLE, tuple(Column(c, "integer") for c in columns))


ORDERS = table("orders", "id", "total")
STOCK = table("stock", "id", "held")
CATALOG = Catalog((ORDERS, STOCK))


class Counted:
    """Reads SQL, and counts how often."""

    def __init__(self) -> None:
        self.cache = Cache()
        self.read = 0

    def ask(
        self, text: str, dialect: str = "postgres", session: Session = SESSION, catalog: Catalog = CATALOG
    ) -> Understanding:
        mark = self.cache.mark(text, dialect)
        return self.cache.understanding(mark, session, catalog, self._anew)

    def _anew(self, text: str, dialect: str, session: Session, catalog: Catalog) -> Understanding:
        self.read += 1
        return understand(text, dialect, session, catalog)


@pytest.fixture
def counted() -> Counted:
    return Counted()


PAIRS = [
    ("snowflake", "EXECUTE IMMEDIATE 'SELECT 1'", "EXECUTE IMMEDIATE 'DROP TABLE a.b'"),
    ("postgres", "DO $$ BEGIN PERFORM 1; END $$", "DO $$ BEGIN DROP TABLE a.b; END $$"),
    ("snowflake", "SELECT * FROM IDENTIFIER('a.b')", "SELECT * FROM IDENTIFIER('c.d')"),
    (
        "postgres",
        "ALTER TABLE orders ALTER COLUMN id TYPE varchar(500)",
        "ALTER TABLE orders ALTER COLUMN id TYPE varchar(5)",
    ),
    (
        "snowflake",
        "ALTER TABLE a.b SET DATA_RETENTION_TIME_IN_DAYS = 30",
        "ALTER TABLE a.b SET DATA_RETENTION_TIME_IN_DAYS = 0",
    ),
    ("postgres", "DELETE FROM orders WHERE 1 = 1", "DELETE FROM orders WHERE 1 = 0"),
    (
        "postgres",
        "SELECT set_config('search_path', 'a', false); DROP TABLE t",
        "SELECT set_config('search_path', 'b', false); DROP TABLE t",
    ),
    ("postgres", "SELECT set_config('search_path', 'a', false)", "SELECT set_config('search_path', 'b', false)"),
]
BOTH_ORDERS = [*PAIRS, *((dialect, other, one) for dialect, one, other in PAIRS)]


@pytest.mark.parametrize(("dialect", "one", "other"), BOTH_ORDERS)
def test_what_a_literal_decides_is_remembered_by_text_alone(
    counted: Counted, dialect: str, one: str, other: str
) -> None:
    for text in (one, other, one, other):
        assert counted.ask(text, dialect) == understand(text, dialect, SESSION, CATALOG)
    assert counted.read == 2


def test_another_literal_is_not_read_again_where_none_decides(counted: Counted) -> None:
    first = counted.ask("INSERT INTO stock SELECT id, total FROM orders WHERE id = 1")
    assert counted.ask("insert into stock select id, total from orders where id = 2 -- again") == first
    assert counted.read == 1


def test_a_change_forgets_only_what_touched_it(counted: Counted) -> None:
    altered = replace(ORDERS, columns=(*ORDERS.columns, Column("day", "date")))
    counted.ask("SELECT * FROM stock", catalog=Catalog((STOCK,)))
    counted.ask("SELECT * FROM orders", catalog=Catalog((ORDERS,)))
    assert counted.read == 2
    counted.ask("SELECT * FROM stock", catalog=Catalog((STOCK,)))
    assert counted.read == 2
    assert [c.name for c in counted.ask("SELECT * FROM orders", catalog=Catalog((altered,))).outputs] == [
        "id",
        "total",
        "day",
    ]
    assert counted.read == 3
    counted.ask("SELECT * FROM orders", catalog=Catalog((ORDERS,)))
    assert counted.read == 3


TEMP = TemporaryRelation("orders", (Column("x"),), (("x", ((STOCK.key, "held", "copied"),)),))  # type: ignore[arg-type]
OTHERWISE: list[tuple[str, Callable[[Session], Session]]] = [
    ("SELECT * FROM t", lambda session: replace(session, search_path=("other",))),
    ("SELECT * FROM t", lambda session: replace(session, database="mart")),
    ("SELECT * FROM orders", lambda session: session.with_temporaries((TEMP,))),
    ("RESET search_path; DROP TABLE t", lambda session: replace(session, default_search_path=("mine",))),
    ('SET LOCAL search_path = "$user"; DROP TABLE t; COMMIT', lambda session: replace(session, login="bob")),
    ('SET search_path = "$user"', lambda session: replace(session, login="bob")),
]


@pytest.mark.parametrize(("text", "change"), OTHERWISE)
def test_a_session_that_means_something_else_is_answered_otherwise(
    counted: Counted, text: str, change: Callable[[Session], Session]
) -> None:
    for session in (SESSION, change(SESSION), SESSION, change(SESSION)):
        assert counted.ask(text, session=session) == understand(text, "postgres", session, CATALOG)
    assert counted.read == 2


def test_who_asks_does_not_matter_and_each_gets_their_own_session_back(counted: Counted) -> None:
    bob = replace(SESSION, login="bob")
    assert counted.ask("SELECT id FROM orders").session_after == SESSION
    assert counted.ask("SELECT id FROM orders", session=bob).session_after == bob
    assert counted.read == 1


def test_it_keeps_no_more_than_it_may() -> None:
    counted = Counted()
    counted.cache = Cache(size=10, texts=20)
    for at in range(50):
        counted.ask(f"SELECT id FROM t{at}")
    counted.ask("SELECT id FROM t49")
    assert counted.read == 50
    counted.ask("SELECT id FROM t0")
    assert counted.read == 51


@pytest.mark.parametrize("tail", ["", " -- " + "long " * 100])
def test_a_text_has_a_fingerprint_in_each_dialect(tail: str) -> None:
    cache = Cache()
    text = 'SELECT "a" FROM t' + tail
    for _ in range(2):
        for dialect in ("postgres", "bigquery"):
            assert cache.mark(text, dialect) == fingerprint(text, dialect)


def test_a_long_text_is_remembered_as_16_bytes() -> None:
    assert len(digest("SELECT 'hunter2'" * 1000)) == 16
    assert digest("SELECT '\ud800'") != digest("SELECT 'x'")
