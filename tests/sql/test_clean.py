"""SQL as people paste it in a chat becomes SQL again."""

from __future__ import annotations

import pytest

from lineagebot.sql.clean import clean

PASTED = [
    ("```sql\nDROP TABLE a.b;\n```", "DROP TABLE a.b;", 0),
    ("```DROP TABLE a.b```  is this ok?", "DROP TABLE a.b", 1),
    ("`drop table x`", "drop table x", 0),
    ("DROP TABLE a.b; is this ok?", "DROP TABLE a.b;", 1),
    ("DROP TABLE a.b\nis this ok?", "DROP TABLE a.b", 1),
    ("DROP TABLE a.b is this ok?", "DROP TABLE a.b", 1),
    ("DROP TABLE <http://marts.orders|marts.orders>", "DROP TABLE marts.orders", 0),
    ("SELECT <http://o.id|o.id> FROM <https://shop.o|shop.o> o", "SELECT o.id FROM shop.o o", 0),
    ("SELECT 1 FROM t WHERE e = '<mailto:a@b.com|a@b.com>'", "SELECT 1 FROM t WHERE e = 'a@b.com'", 0),
    ("DELETE FROM t WHERE a &gt; 5 AND b &lt; 6", "DELETE FROM t WHERE a > 5 AND b < 6", 0),
    ("SELECT a FROM t WHERE b = ‘x’", "SELECT a FROM t WHERE b = 'x'", 1),
    ("SELECT a FROM t", "SELECT a FROM t", 0),
    ("hey, can I run drop table x cascade?", "drop table x cascade", 1),
    ("Is it ok to truncate orders?", "truncate orders", 1),
    ("what happens if I delete from orders where id = 1; thanks", "delete from orders where id = 1;", 2),
    ("SELECT * FROM {{ ref('x') }}", "SELECT * FROM {{ ref('x') }}", 1),
    ("SELECT a FROM t WHERE b = ?", "SELECT a FROM t WHERE b = ?", 0),
    ("SELECT a FROM t WHERE b = 'what; is'\nAND c IS NULL", "SELECT a FROM t WHERE b = 'what; is'\nAND c IS NULL", 0),
    ("SELECT 1; SELECT 2", "SELECT 1; SELECT 2", 0),
    ("INSERT INTO a SELECT 1\nON CONFLICT DO NOTHING", "INSERT INTO a SELECT 1\nON CONFLICT DO NOTHING", 0),
    ("SELECT a\nFROM t\nWHERE x\nIS NULL", "SELECT a\nFROM t\nWHERE x\nIS NULL", 0),
    ("", "", 0),
    ("hello", "hello", 0),
]


@pytest.mark.parametrize(("pasted", "expected", "notes"), PASTED)
def test_it_is_read_as(pasted: str, expected: str, notes: int) -> None:
    cleaned = clean(pasted)
    assert (cleaned.sql, len(cleaned.notes)) == (expected, notes)


def test_what_was_left_out_is_said() -> None:
    assert clean("DROP TABLE a; is this ok?").notes == ("I left out the words after the statement (“is this ok?”).",)


def test_a_template_is_said_to_be_one() -> None:
    assert "dbt compile" in clean("SELECT * FROM {{ ref('orders') }}").notes[0]


@pytest.mark.parametrize("text", [sql for _, sql, _ in PASTED])
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(text).sql == text
