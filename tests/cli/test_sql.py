"""`lineagebot sql` for a person: what is drawn, that it fits the terminal, and what wrong input is told."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
import yaml
from rich.cells import cell_len

from lineagebot.cli import cli
from lineagebot.errors import BadRequest
from lineagebot.model import Action, AssetKey, Effect
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import NAMES, dialect_of
from lineagebot.terminal import draw, sql
from lineagebot.terminal.phrases import phrase
from lineagebot.terminal.schema_file import catalog_from
from tests.cli.conftest import program

REPORT = """
create table marts.revenue as
select o.day, sum(o.amount - o.fee) as revenue, count(*) as n
from raw.orders o join raw.customers c on c.id = o.customer_id
where o.status = 'paid' group by o.day
"""
REPORT_DRAWN = """
Creates table marts.revenue
Reads  raw.orders     selects day, fee, amount; joins on customer_id; filters by
                      status; groups by day
       raw.customers  joins on id
Columns of marts.revenue
     orders.day ─ copied ───────▶ day
     orders.fee ─ aggregated ─┬─▶ revenue
  orders.amount ─ aggregated ─┘
  from no column: n
"""
SCRIPT = """
create temp table t as select id from raw.a where y > 1;
insert into marts.m (id) select id from t;
delete from marts.old
"""
SCRIPT_DRAWN = """
1  Creates temporary table t
   Reads  raw.a  selects id; filters by y
   Columns of t
     a.id ─ copied ───▶ id
2  Adds rows to marts.m
   Reads  raw.a  selects id; filters by y
   Columns of marts.m
     a.id ─ copied ───▶ id
3  Deletes every row of marts.old
In all  3 of 3 statements understood, 1 loss
reads   raw.a
writes  marts.m, marts.old
"""
MANY = f"select {', '.join(f'column_{n}' for n in range(80))} from s.t"
LONG = f"insert into {'s' * 50}.{'t' * 50} select a.{'c' * 60} || b.x as {'d' * 40} from {'u' * 60}.{'v' * 40} a, w b"


def drawn(text: str, *, dialect: str = "postgres", catalog: Catalog | None = None, width: int = 80) -> str:
    return draw.understanding(text, dialect_of(dialect), catalog or Catalog.empty(), width=width).text


@pytest.mark.parametrize(("text", "picture"), [(REPORT, REPORT_DRAWN), (SCRIPT, SCRIPT_DRAWN)], ids=["one", "script"])
def test_a_text_is_drawn_with_what_it_does_and_reads_and_where_columns_come_from(text: str, picture: str) -> None:
    assert drawn(text) == picture.strip("\n")


def test_the_readme_shows_what_is_drawn() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    asked = re.search(r'\$ lineagebot sql "([^"]+)"\n(.+?)\n```', readme, re.DOTALL)
    assert asked is not None
    assert drawn(asked[1]) == asked[2]


#: A text → one line of its drawing.
SAID = {
    "drop table a.b cascade": "Drops table a.b  (with all that stands on it)",
    "alter table a.b drop column x": "Drops column x of a.b",
    "alter table a.b rename column x to y": "Renames column x to y of a.b",
    "alter table a.b rename to c": "Renames table a.b to a.c",
    "delete from a.b where true": "Deletes every row of a.b",
    "update a.b set x = 1 where y = 2": "Updates rows of a.b",
    "create table a.b (id int, at date)": "  id int, at date",
    "select 1 as x": "  from no column: x",
    "select * from a.b": "Reads  a.b  selects every column",
    "create view v as select * from a.b": "Reads  a.b  selects every column",
    "merge into t using s on t.id = s.id when matched then delete": "       t  joins on id",
    "do $$ begin execute 'drop table a.b'; end $$": "Drops table a.b",
    "begin; delete from a; rollback": "3  Takes back what the transaction did",
    "set search_path = a, b": "Sets up the session: names are looked up in a, b",
    "create table t (x varchar(5))": "A literal decides what this does: with another one it may do something else.",
}


@pytest.mark.parametrize("text", SAID)
def test_what_it_does_is_said_in_a_sentence(text: str) -> None:
    assert SAID[text] in drawn(text).split("\n")


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_phrase(action: Action) -> None:
    key = AssetKey("sql", ("a", "b"))
    assert "a.b" in phrase(Effect(action, key, renamed_to=AssetKey("sql", ("c",)))).plain


def test_what_is_not_understood_is_shown_with_a_caret_below_the_place() -> None:
    assert drawn("select a from t\nwhere )) x").split("\n") == [
        "Not understood: This statement does not parse near “)”.",
        "  2 │ where )) x",
        "    │       ^",
    ]


def test_a_long_line_is_cut_around_the_caret() -> None:
    _, line, caret = drawn(f"select {'a + ' * 100} from from {'b ' * 100}").split("\n")
    assert line[caret.index("^") :].startswith("from")


def test_a_temp_table_is_no_loss() -> None:
    assert "loss" not in drawn("create temp table t (x int); drop table t")


def test_what_looks_destructive_is_named() -> None:
    said = drawn("drop tabel a.b")
    assert "looks destructive" in said
    assert "It may touch a.b" in said


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("text", [REPORT, SCRIPT, MANY, LONG, "select " * 60, *SAID])
def test_nothing_is_wider_than_the_terminal(text: str, width: int) -> None:
    assert [line for line in drawn(text, width=width).split("\n") if cell_len(line) > width] == []


def test_nothing_in_the_text_steers_the_terminal() -> None:
    hostile = 'select a as "\x1b[2J", b as "\u202eb" from "\x1b]0;x\x07"; \x1b[31m boo'
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", drawn(hostile))


def test_a_terminal_without_line_drawing_gets_plain_lines(tmp_path: Path) -> None:
    done = program("sql", "insert into b select x + y as z from é.t", home=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "-+-> z" in done.stdout
    assert done.stdout.isascii()


def test_colours_only_where_they_are_asked_for(tmp_path: Path) -> None:
    words = ("sql", "drop table x")
    assert "\x1b[" not in program(*words, home=tmp_path).stdout
    assert "\x1b[1;31m" in program(*words, home=tmp_path, FORCE_COLOR="1", TERM="xterm").stdout
    assert "31m" not in program(*words, home=tmp_path, FORCE_COLOR="1", TERM="xterm", NO_COLOR="1").stdout


def test_a_comment_in_front_is_no_option(tmp_path: Path) -> None:
    assert program("sql", "-- a = 1\ndrop table x", home=tmp_path).stdout == "Drops table x\n"


def test_sql_comes_from_an_argument_a_file_or_standard_input(tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("drop table x", encoding="utf-8")
    said = {
        program("sql", "drop table x", home=tmp_path).stdout,
        program("sql", str(tmp_path / "q.sql"), home=tmp_path).stdout,
        program("sql", "-", stdin="drop table x", home=tmp_path).stdout,
    }
    assert said == {"Drops table x\n"}


TABLES = {"marts.revenue": {"day": "date", "total": "numeric"}}
RELATION = {"database": "shop", "schema": "marts", "alias": "revenue", "columns": {"day": {"data_type": "date"}}}
CATALOG = {
    "metadata": {"database": "shop", "schema": "marts", "name": "revenue"},
    "columns": {"DAY": {"name": "day", "type": "date"}},
}
#: File → the columns that SELECT * finds in it.
SCHEMAS: dict[str, tuple[str, str, Sequence[str]]] = {
    "json": (json.dumps(TABLES), "marts.revenue", ["day", "total"]),
    "yaml": (yaml.safe_dump(TABLES), "marts.revenue", ["day", "total"]),
    "yaml without types": ("marts.revenue: [day, total]", "marts.revenue", ["day", "total"]),
    "manifest": (json.dumps({"metadata": {}, "nodes": {"m": RELATION}}), "shop.marts.revenue", ["day"]),
    "catalog": (json.dumps({"metadata": {}, "sources": {"m": CATALOG}}), "shop.marts.revenue", ["day"]),
}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_known_tables_spread_a_star(kind: str, tmp_path: Path) -> None:
    content, table, columns = SCHEMAS[kind]
    file = tmp_path / "schema"
    file.write_text(content, encoding="utf-8")
    known = catalog_from(file, dialect_of("postgres"), draw.SYSTEM)
    said = drawn(f"select * from {table}", catalog=known)
    assert [line.split("▶ ")[1] for line in said.split("\n") if "▶" in line] == columns


#: Content of a schema file → what is said of it.
NO_SCHEMAS: dict[bytes, str] = {
    b"{": "neither JSON nor YAML",
    b"[1]": "holds no tables",
    b"a.b: 7": "the columns of 'a.b' are not listed",
    b"'a b c': {}": "is no name of a table",
    b"\xff\xfe\x00": "is no text",
}


@pytest.mark.parametrize("content", NO_SCHEMAS, ids=repr)
def test_a_schema_file_of_another_shape_is_told_so(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "schema"
    file.write_bytes(content)
    with pytest.raises(BadRequest, match=NO_SCHEMAS[content]):
        catalog_from(file, dialect_of("postgres"), draw.SYSTEM)


#: What is asked, what is fed, and the sentence.
BAD: dict[str, tuple[tuple[str, ...], str | bytes, str]] = {
    "an unknown dialect": (("select 1", "-d", "snowflak"), "", "did you mean snowflake?"),
    "an empty text": (("",), "", "there is no statement"),
    "only comments": (("-- nothing",), "", "there is no statement"),
    "nothing on standard input": (("-",), "", "there is no statement"),
    "no text at all": ((), "", "give a statement"),
    "a schema file that is not there": (("select 1", "--schema", "no.json"), "", "no.json cannot be read"),
}


@pytest.mark.parametrize(("words", "stdin", "sentence"), BAD.values(), ids=BAD.keys())
def test_wrong_input_gets_a_sentence_and_the_exit_code_2(
    words: tuple[str, ...], stdin: str, sentence: str, tmp_path: Path
) -> None:
    done = program("sql", *words, stdin=stdin, home=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_binary_file_is_no_text(tmp_path: Path) -> None:
    for content in (b"\x00\x01SELECT", b"\xff\xfe\xfa"):
        (tmp_path / "dump").write_bytes(content)
        with pytest.raises(BadRequest, match="is no text"):
            sql.shown(str(tmp_path / "dump"), "postgres", None)


@pytest.mark.parametrize("name", NAMES)
def test_every_dialect_that_help_lists_is_read(name: str) -> None:
    command = typer.main.get_command(cli).commands["sql"]  # type: ignore[attr-defined]
    (option,) = (p for p in command.params if p.name == "dialect")
    assert name in re.split(r"\W+", option.help)
    assert "selects x" in drawn("select x from t", dialect=name).lower()
