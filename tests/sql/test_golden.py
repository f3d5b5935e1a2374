"""Each paragraph of golden/<dialect>/<idea>.sql means what it says below itself. How to add one: goldens.py."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from . import goldens

CASES = [
    pytest.param(case, id=f"{file.parent.name}/{file.name}:{case.line}")
    for file in goldens.golden_files()
    for case in goldens.cases(file)
]


@pytest.mark.parametrize("case", CASES)
def test_a_golden_statement_means_what_the_file_says(case: goldens.Case) -> None:
    found = goldens.meaning(case)
    if found != case.expected:
        diff = "\n".join(unified_diff(case.expected, found, "the file says", "we read", lineterm="", n=99))
        pytest.fail(f"{case.sql}\n{diff}\n(if we are right: python -m tests.sql.goldens, and review)", pytrace=False)


def test_there_are_golden_files_for_each_of_the_seven_dialects() -> None:
    seven = {"snowflake", "bigquery", "redshift", "databricks", "postgres", "trino", "duckdb"}
    assert {file.parent.name for file in goldens.golden_files()} >= seven
