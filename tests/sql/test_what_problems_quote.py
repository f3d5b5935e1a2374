"""A problem is kept, shown in status and posted to channels: what it quotes of a text holds no literal, no comment."""

from __future__ import annotations

import pytest

from lineagebot.model import Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

SECRET = "Zq7secret9"
SESSION = Session(system="acme", database="shop", search_path=("public",))

CASES = {
    "words behind a drop": "drop table t where '{}' = = (",
    "a comment behind a drop": "drop table t if /* {} */ sure",
    "a string where a name belongs": "alter table t add constraint c check (x <> '{}'",
    "a string at the mistake": "select a from t where b = 'x' '{}' 'y' from from",
    "a string first": "'{}' select",
    "a dollar string at the mistake": "select a from t group $${}$$ by",
    "a number with letters": "select 12{} from t t t",
    "an interval": "select interval '{}' frm t (",
    "a mistyped verb": "delte from t where card = '{}'",
    "a quote never closed": "delete from t where card = '{}",
    "a type length": "create table t (a varchar('{}'))",
    "a partition": "alter table t attach partition p for values in ('{}') from",
    "a role": "grant select on t to '{}' with",
    "code": "do 'begin perform {} end' language",
    "a limit": "select a from t limit '{}' '{}'",
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery"])
def test_no_problem_quotes_a_literal(case: str, dialect: str) -> None:
    text = CASES[case].replace("{}", SECRET)
    problems = understand(text, dialect, SESSION, Catalog()).problems

    assert [p.message for p in problems if SECRET.lower() in p.message.lower()] == []
