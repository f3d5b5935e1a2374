"""A long query behind functions and variables means what it means where the whole text is taken apart as a script."""

from __future__ import annotations

import pytest

from lineagebot.model import Session, Understanding
from lineagebot.sql import script_end
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

LONG = f"SELECT {', '.join(f't.c{at} / 2 AS d{at}' for at in range(60))} FROM s.t"
HEADS = (
    "CREATE TEMP FUNCTION f(x INT64) AS (x + 1);\n",
    "DECLARE d DATE DEFAULT '2026-01-01';\nSET d = CURRENT_DATE();\n",
    "CREATE PROCEDURE s.p() BEGIN DELETE FROM s.gone WHERE TRUE; END;\n",
    "IF TRUE THEN DROP TABLE s.old; END IF;\n",
    # Nothing closes these: what follows is part of them.
    "CREATE PROCEDURE s.p() BEGIN DELETE FROM s.gone WHERE TRUE;\n",
    "BEGIN DELETE FROM s.gone WHERE TRUE;\n",
)
ENDS = (
    f"{LONG};",
    f"INSERT INTO s.u {LONG}",
    f"CREATE TABLE s.u AS {LONG};\nDROP TABLE s.v;",
    f"SELECT a INTO v FROM s.w; {LONG}",
    f"{LONG};\nEND;",
    f"{LONG}\n/\nDROP TABLE s.v",
)


def both_ways(text: str, dialect: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Understanding, Understanding]:
    quick = understand(text, dialect, Session("x"), Catalog.empty())
    monkeypatch.setattr(script_end, "_FEW", 1_000_000)
    return quick, understand(text, dialect, Session("x"), Catalog.empty())


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake", "databricks", "mysql", "oracle", "postgres", "tsql"])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("head", HEADS)
def test_it_means_the_same_either_way(head: str, end: str, dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, whole = both_ways(head + end, dialect, monkeypatch)
    assert quick == whole


def test_the_query_is_not_cut_into_words_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []
    tokenize = script_end.tokenize
    monkeypatch.setattr(script_end, "tokenize", lambda text, lexis: cut.append(text) or tokenize(text, lexis))
    monkeypatch.setattr(script_end, "steps_of", None)
    understand(HEADS[0] + LONG, "bigquery", Session("x"), Catalog.empty())
    assert cut == [HEADS[0]]
