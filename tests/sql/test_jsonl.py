"""The form in which engines are compared, and the marks that we do not fall below."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
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
        "reads": {"a": ["x"]},
        "error": None,
    }


#: line → its answer's id, and what its error says
NO_CASES: dict[str | bytes, tuple[object, str]] = {
    "{": (None, "no JSON"),
    "[" * 100_000: (None, "no JSON"),
    b'{"id": "\xff"}': (None, "no JSON"),
    "7": (None, "no case"),
    '{"id": "a"}': ("a", "no sql"),
    '{"id": "b", "sql": 5}': ("b", "no sql"),
}


@pytest.mark.parametrize("line", NO_CASES, ids=range(len(NO_CASES)))
def test_a_line_that_is_no_case_is_answered_with_its_error(line: str | bytes) -> None:
    after = '{"id": "next", "sql": "select 1"}'
    wrong, right = (json.loads(said) for said in answers([line, after]))
    known, error = NO_CASES[line]
    assert wrong["id"] == known
    assert error in wrong["error"]
    assert right["id"] == "next"


def test_an_answer_comes_before_the_next_line_is_asked_for() -> None:
    asked: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(3):
            asked.append(number)
            yield json.dumps({"id": number, "sql": "select 1"})

    said = answers(lines())
    assert json.loads(next(said))["id"] == 0
    assert asked == [0]


#: SQL → every column that it reads, for whatever it reads it
READS: dict[str, dict[str, list[str]]] = {
    "select a from t where b = 1 group by c having max(d) > 1 order by e": {"t": ["a", "b", "c", "d", "e"]},
    "select t.a from t join u on t.k = u.k": {"t": ["a", "k"], "u": ["k"]},
    "select t.a from t join u using (k)": {"t": ["a", "k"], "u": ["k"]},
    "select count(*) from t": {"t": []},
    "select sum(a) over (partition by p order by o) from t": {"t": ["a", "o", "p"]},
    "select 1 from t where exists (select 1 from u where u.x = t.x)": {"t": ["x"], "u": ["x"]},
    "update w set a = u.a from u where u.k = 1": {"u": ["a", "k"]},
    "update w set a = a + 1 where b = 1": {"w": ["a", "b"]},
    "delete from w where b = 1": {"w": ["b"]},
    "insert into w (k, n) values (1, 1) on conflict (k) do update set n = w.n + excluded.n": {"w": ["n"]},
    "delete from w using u where u.k = 1": {"u": ["k"]},
    "merge into w using u on w.k = u.k when matched then update set a = u.a": {"u": ["a", "k"], "w": ["k"]},
    "insert into w select a from t where b > 1": {"t": ["a", "b"]},
    "create table b as select x, y from a where z; select x from b where y = 1": {"a": ["x", "y", "z"]},
    "create temp table b as select x from a where z; insert into c select x from b": {"a": ["x", "z"]},
    "select x from b; create table b as select 1 as x": {"b": ["x"]},
    "truncate t": {},
    "select a from (select a, b from t) q": {"t": ["a", "b"]},
    "with q as (select a, b, c from t) select count(*) from q": {"t": ["a", "b", "c"]},
    "select 1 where exists (select x from t)": {"t": ["x"]},
    "select a from t union all select b from u limit (select max(n) from v)": {"t": ["a"], "u": ["b"], "v": ["n"]},
    "with gone as (delete from w where b = 1 returning k) select k from gone": {"w": ["b", "k"]},
    "select json_object(t.k : value) from t": {"t": ["k", "value"]},
    "select json_object(k : value, v : value null on null) from t": {"t": ["k", "v", "value"]},
    "select json_array(t.a, b null on null) from t": {"t": ["a", "b"]},
}


@pytest.mark.parametrize("sql", READS)
def test_the_columns_that_a_text_reads_stand_in_its_answer(sql: str) -> None:
    assert _reads("postgres", sql) == READS[sql]


#: (dialect, SQL) → what it reads: what programs write, and where a table is handed to a function
READS_BY_DIALECT: dict[tuple[str, str], dict[str, list[str]]] = {
    ("bigquery", "select * from ml.predict(model `p.d.m`, table `p.d.t`)"): {"p.d.t": []},
    ("bigquery", "select x from ml.predict(model p.d.m, (select a from p.d.t where b))"): {"p.d.t": ["a", "b"]},
    ("bigquery", "select * from vector_search(table p.d.t, 'e', table p.d.q)"): {"p.d.q": [], "p.d.t": []},
    ("bigquery", "select a from appends(table p.d.t, null, null)"): {"p.d.t": ["a"]},
    ("bigquery", "select x from p.d.t unpivot(v for k in (a, b))"): {"p.d.t": ["a", "b", "x"]},
    ("trino", "select * from table(exclude_columns(input => table(c.s.t), columns => descriptor(b)))"): {"c.s.t": []},
    ("trino", "select * from table(f(table(select a from c.s.t where b) partition by a))"): {"c.s.t": ["a", "b"]},
    ("trino", "select * from table(f(input => table(c.s.t) partition by a order by b, n => 5)) x"): {"c.s.t": []},
    ("databricks", "select * from f(table(c.s.t))"): {"c.s.t": []},
    ("databricks", "select * from f(table c.s.t partition by a)"): {"c.s.t": []},
    ("databricks", "select * from table_changes('c.s.t', 2)"): {"c.s.t": []},
    ("duckdb", "select * from query_table('s.t')"): {"s.t": []},
    ("duckdb", "select [x + b for x in a if x > c] from s.t"): {"s.t": ["a", "b", "c"]},
    (  # a BI tool that qualifies columns by schema and names a join after its path
        "postgres",
        'select "s"."o"."id" as "id", "P - P"."k" as "P - P__k" from "s"."o" left join "s"."p" as "P - P" '
        'on "s"."o"."p_id" = "P - P"."id" where "s"."o"."at" > now() group by "s"."o"."id", "P - P"."k"',
    ): {"s.o": ["at", "id", "p_id"], "s.p": ["id", "k"]},
    (  # one that wraps and wraps
        "tsql",
        "select top (1000001) * from (select [t1].[R], sum(cast([t0].[A] as decimal(38,6))) as [a0] from ((select "
        "[_].[A] as [A], [_].[C] as [C] from [dbo].[O] as [_]) as [t0] left outer join (select [$Table].[Id] as [Id], "
        "[$Table].[R] as [R] from [dbo].[Q] as [$Table]) as [t1] on ([t0].[C] = [t1].[Id])) group by [t1].[R]) "
        "as [MainTable] where (not(([a0] is null)))",
    ): {"dbo.o": ["a", "c"], "dbo.q": ["id", "r"]},
    (  # one that ranks what it pivots
        "snowflake",
        'select * from (select *, dense_rank() over (order by z) as r from (select *, min("o.n") over (partition by '
        '"o.s") as z from (select o.s as "o.s", to_char(o.d) as "o.d", count(*) as "o.n" from m.o as o group by 1, 2) '
        "a) b) c where r <= 500",
    ): {"M.O": ["D", "S"]},
}


@pytest.mark.parametrize(("dialect", "sql"), READS_BY_DIALECT)
def test_what_other_dialects_read(dialect: str, sql: str) -> None:
    assert _reads(dialect, sql) == READS_BY_DIALECT[dialect, sql]


def _reads(dialect: str, sql: str) -> dict[str, list[str]]:
    (line,) = answers([json.dumps({"id": 1, "dialect": dialect, "sql": sql})])
    said = json.loads(line)
    assert said["error"] is None
    return {table: sorted(columns) for table, columns in said["reads"].items()}


#: Share of cases that are right: tables, columns.
MARKS = {"sqllineage": (0.98, 0.985), "openlineage": (0.99, 0.95), "hardcases": (0.95, 0.99)}


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
    tables, columns = MARKS[corpus]
    assert score["texl"] >= tables
    assert score["cex"] >= columns


def _net(sql: str, dialect: str) -> tuple[list[str], list[str]]:
    (line,) = answers([json.dumps({"id": 1, "dialect": dialect, "sql": sql})])
    said = json.loads(line)
    assert said["error"] is None
    return said["inputs"], said["outputs"]


NETS = [
    (
        "redshift",
        "CREATE TABLE t.m_tmp AS SELECT id FROM t.src; ALTER TABLE t.m RENAME TO m_old;"
        " ALTER TABLE t.m_tmp RENAME TO m; DROP TABLE IF EXISTS t.m_old",
        (["t.src"], ["t.m"]),
    ),
    ("postgres", "CREATE TABLE a AS SELECT x FROM s; BEGIN; INSERT INTO b SELECT x FROM a; ROLLBACK", (["s"], [])),
    (
        "snowflake",
        "CREATE TABLE n AS SELECT x FROM s; ALTER TABLE m SWAP WITH n; DROP TABLE n",
        (["S"], ["M"]),
    ),
    (
        "postgres",
        "CREATE TABLE n AS SELECT x FROM s; DROP TABLE IF EXISTS o; ALTER TABLE m RENAME TO o;"
        " ALTER TABLE n RENAME TO m; DROP TABLE o",
        (["s"], ["m"]),
    ),
    ("tsql", "CREATE TRIGGER t ON dbo.a AFTER INSERT AS INSERT INTO b (x) SELECT x FROM inserted", (["dbo.a"], ["b"])),
    ("postgres", "INSERT INTO a VALUES (1); INSERT INTO b SELECT x FROM a", (["a"], ["a", "b"])),
    ("postgres", "INSERT INTO a SELECT x FROM s; INSERT INTO b SELECT x FROM a", (["s"], ["b"])),
    ("postgres", "ALTER TABLE a RENAME TO b; DROP TABLE b", ([], ["a"])),
    (
        "bigquery",
        "CREATE PROCEDURE p() BEGIN INSERT INTO a SELECT x FROM s; INSERT INTO b SELECT x FROM a; END",
        (["s", "a"], ["a", "b"]),
    ),
    (
        "bigquery",
        "CREATE PROCEDURE p() BEGIN CREATE TEMP TABLE a AS SELECT x FROM s; INSERT INTO b SELECT x FROM a; END",
        (["s"], ["b"]),
    ),
    ("tsql", "CREATE PROC p AS BEGIN SELECT x INTO #a FROM s INSERT INTO b SELECT x FROM #a END", (["s"], ["b"])),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), NETS, ids=[f"{d}: {s}" for d, s, _ in NETS])
def test_what_several_statements_come_to(dialect: str, sql: str, expected: tuple[list[str], list[str]]) -> None:
    assert _net(sql, dialect) == expected
