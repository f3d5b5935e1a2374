"""The form in which engines are compared, and the marks that we do not fall below."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lineagebot.sql.jsonl import answers


def test_a_script_is_answered_by_its_net() -> None:
    case = {"id": 1, "dialect": "postgres", "sql": "CREATE TABLE b AS SELECT x FROM a; INSERT INTO c SELECT x FROM b"}
    (line,) = answers([json.dumps(case)])
    assert json.loads(line) == {
        "id": 1,
        "inputs": ["a"],
        "outputs": ["c"],
        "column_lineage": [{"downstream": {"table": "c", "column": "x"}, "upstreams": [{"table": "a", "column": "x"}]}],
        "error": None,
    }


def test_a_line_that_is_no_case_is_answered_with_its_error() -> None:
    (line,) = answers(["{"])
    assert "no case" in json.loads(line)["error"]


#: Share of cases that are right: tables, columns.
MARKS = {"sqllineage": (0.91, 0.94), "openlineage": (0.93, 0.90), "hardcases": (0.82, 0.87)}


@pytest.mark.parametrize("corpus", MARKS)
def test_the_marks_of_the_development_corpora_are_kept(corpus: str, shared_material: Path, tmp_path: Path) -> None:
    cases = shared_material / f"corpora/sql/dev_{corpus}.jsonl"
    said = tmp_path / "said.jsonl"
    said.write_text("\n".join(answers(cases.read_text(encoding="utf-8").splitlines())), encoding="utf-8")
    result = tmp_path / "score.json"
    tool = shared_material / "tools/score_sql.py"
    subprocess.run(
        [sys.executable, tool, "--cmd", "none", "--corpus", cases, "--load", said, "--json", result],
        check=True,
        capture_output=True,
    )
    score = json.loads(result.read_text(encoding="utf-8"))["ALL"]
    assert (score["texl"], score["cex"]) >= MARKS[corpus]
    assert score["cex"] >= MARKS[corpus][1]
