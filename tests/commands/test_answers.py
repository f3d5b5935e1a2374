"""What a person sees for a line: golden text, and one clear sentence for each bad input."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from lineagebot.commands.answer import answer
from lineagebot.commands.request import Request
from lineagebot.commands.table import COMMANDS, command_of
from lineagebot.errors import StoreUnreachable
from lineagebot.graph.reader import Direction
from lineagebot.model import Freshness
from lineagebot.plain import render
from lineagebot.reply import Choice, Choices, Menu, Reply, from_json, to_json
from lineagebot.testing import NOW, MemoryGraph, graph_of
from tests.commands.conftest import ASKER, SHOP, reply_to, services_of, text_of

GOLDEN = Path(__file__).parent / "golden"

#: File name → the line that was typed. LINEAGEBOT_GOLDEN=write draws them anew; read the difference before a commit.
GOLDENS = {
    "lineage": "lineage marts.revenue",
    "lineage_upstream": "what feeds the exec revenue dashboard?",
    "lineage_layer": "lineage marts.revenue --layer dbt",
    "lineage_no_layer": "lineage marts.revenue --layer sideways",
    "lineage_ambiguous": "orders",
    "lineage_misspelt": "lineage marts.revanue",
    "readers": "who reads marts.revenue?",
    "readers_nobody": "who reads marts.lonely",
    "check_drop": "check DROP TABLE marts.revenue",
    "check_drop_bound": "DROP TABLE raw.orders",
    "check_drop_lonely": "check drop table marts.lonely",
    "check_drop_column": "ALTER TABLE marts.revenue DROP COLUMN day",
    "check_truncate": "TRUNCATE marts.revenue",
    "check_rename": "alter table raw.orders rename to orders_old",
    "check_schema": "drop schema marts cascade",
    "check_rebuild": "drop table marts.customers; create table marts.customers as select name from raw.customers",
    "check_several": "truncate marts.lonely; alter table marts.revenue drop column total; select 1",
    "check_unknown": "drop table marts.revanue",
    "check_select": "select total, day from marts.revenue where day > '2026-01-01'",
    "check_append": "insert into marts.revenue select 1, current_date",
    "check_question": "can I drop staging.orders?",
    "column": "column raw.orders.amount",
    "column_unknown": "column marts.revenue.totl",
    "owner": "owner marts.revenue",
    "help": "help",
    "help_word": "help check",
    "mistyped": "statsu",
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDENS)
def test_the_answer_reads_as_the_golden_text(name: str) -> None:
    drawn = f"> {GOLDENS[name]}\n\n{text_of(GOLDENS[name])}\n"
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("LINEAGEBOT_GOLDEN") == "write":
        golden.write_text(drawn, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == drawn


BAD = [
    ("nothing", "", "Ask me about any table or dashboard: its name is enough."),
    ("an unknown name", "lineage nosuch", "I know nothing named “nosuch”."),
    ("an emoji for a table", "lineage 🦄", "I know nothing named “🦄”."),
    ("a name left out", "lineage", "Which one? Give me a name, such as marts.revenue."),
    ("no SQL", "check", "Which SQL? For example: check DROP TABLE marts.revenue"),
    ("SQL that is not SQL", "check hello world", "That does not read as SQL, so I cannot say what it would do."),
    ("5 MB of SQL", "check " + "select 1;" * 600_000, "That is 5.4 MB of SQL; I read 1 MB at a time."),
    ("a code fence and chat", "```DROP TABLE marts.revenue;``` is this ok?", "I read only the code block"),
    ("curly quotes", "drop table “marts”.“revenue”", "I read curly quotes as straight ones."),
    ("escaped brackets", "select 1 from marts.revenue where total &lt; 3", "Reads only, changes nothing."),
    ("auto-linked names", "drop table <http://marts.revenue|marts.revenue>", "marts.revenue (table) would be dropped"),
    ("unrendered jinja", "select * from {{ ref('revenue') }}", "This is a template"),
    ("destructive and not understood", "check drop tabel marts.revenue", "Cannot tell"),
    ("destructive, no table", "check select 1; drop function f()", "Cannot tell: I see no table or view"),
    ("a quote never closed", 'owner "Exec revenue', 'There is a quote (") that is never closed.'),
    ("a column of nothing", "column revenue", "Name the table and the column, such as: column marts.revenue.amount"),
    ("a page that is no number", "lineage marts.revenue --downstream --page two", "--page wants a number"),
    ("a name as long as a novel", "lineage " + "x" * 500, "That is too long for a name (500 characters)."),
    ("a NUL", "lineage marts\x00.revenue", "marts.revenue"),
    ("dropping a dashboard", "can I drop exec revenue?", "Exec revenue is a dashboard; no SQL drops that."),
    ("a mistyped command", "redaers marts.revenue", "I know no command “redaers”. Did you mean readers?"),
    ("half a pattern", "subscribe **", "“**” is no pattern that I can read."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "sentence"), [c[1:] for c in BAD], ids=[c[0] for c in BAD])
def test_bad_input_gets_one_clear_sentence(line: str, sentence: str) -> None:
    text = " ".join(text_of(line).split())

    assert sentence in text
    assert "went wrong" not in text


def test_a_dropped_type_breaks_who_reads_the_columns_that_have_it() -> None:
    lanes = graph_of("marts.lanes(lane text, state marts.mood)\nmarts.lanes(state) > dashboard:Ops/Lanes")
    text = " ".join(text_of("check drop type marts.mood cascade", lanes).split())

    assert "marts.lanes" in text
    assert "Lanes" in text
    assert "Cannot tell" not in text


def commands_in(reply: Reply) -> list[str]:
    found: list[str] = []
    for block in reply.blocks:
        for choice in block.choices if isinstance(block, Choices) else ():
            if isinstance(choice, Menu):
                found += [command for _, command in choice.options]
            elif isinstance(choice, Choice) and choice.command:
                found.append(choice.command)
    return found


@pytest.mark.parametrize("name", GOLDENS)
def test_every_button_carries_a_line_that_the_grammar_knows(name: str) -> None:
    for line in commands_in(reply_to(GOLDENS[name])):
        assert command_of(line.split()[0]) is not None, line


@pytest.mark.parametrize("name", GOLDENS)
def test_every_answer_survives_the_outbox(name: str) -> None:
    reply = reply_to(GOLDENS[name])

    assert from_json(to_json(reply)) == reply


def test_a_button_of_an_ambiguous_name_leaves_nothing_to_guess() -> None:
    raw, staging = commands_in(reply_to("who reads orders"))

    assert (raw, staging) == ("readers shop.raw.orders", "readers shop.staging.orders")
    assert "Who reads staging.orders" in text_of(staging)


def test_two_systems_that_share_a_name_are_told_apart() -> None:
    there = graph_of("marts.revenue > x", system="other")
    graph = replace(SHOP, known=(*SHOP.known, *there.known), links=(*SHOP.links, *there.links))

    first, second = commands_in(reply_to("lineage marts.revenue", graph))

    assert (first, second) == ("lineage acme:shop.marts.revenue", "lineage other:shop.marts.revenue")
    assert "Downstream: 1 table:\n  - x table" in text_of(second, graph)


def test_a_long_list_is_turned_page_by_page() -> None:
    graph = graph_of("; ".join(f"t > u{n:02}" for n in range(45)))

    first = reply_to("lineage t --downstream", graph)
    (more,) = commands_in(first)
    second = text_of(more, graph)

    assert more == "lineage shop.t --downstream --page 2"
    assert "45 tables; page 2 of 3" in second
    assert "[+5 more]  lineage shop.t --downstream --page 3" in second
    assert "[Back]  lineage shop.t --downstream --page 1" in second


def test_unknown_is_never_shown_as_none() -> None:
    unread = replace(SHOP, sources=(Freshness("acme", "postgres", None, None),))

    assert "not every log was read yet, so that says little" in text_of("who reads marts.lonely", unread)
    assert "Cannot tell: acme was never read." in text_of("check drop table marts.lonely", unread)
    assert "Nothing was read yet from acme" in text_of("lineage marts.lonely", unread)


def test_a_reader_of_no_log_is_not_called_nobody() -> None:
    assert "No reader seen since 23 Oct 2026, in the logs that I read." in text_of("who reads marts.lonely")


COUNTED = [
    ("while the log shows nobody", "t scanned 2d",
     "No reader seen in the log since 23 Oct 2026, but Postgres counts scans of it, the last on 20 Nov 2026: "
     "somebody or something reads it."),
    ("since the log began", "t scanned 1d; log from 2d",
     "No reader seen in the log since 20 Nov 2026, but Postgres counts scans of it, the last on 21 Nov 2026: "
     "somebody or something reads it."),
    ("before the log began", "t scanned 5d; log from 2d",
     "No reader seen in the log since 20 Nov 2026, but Postgres counts scans of it, the last on 17 Nov 2026, "
     "before the log begins: somebody or something may read it."),
    ("explained by an update", "t scanned 2d; etl! updates t 1 2d",
     "No reader seen since 23 Oct 2026, in the logs that I read."),
    ("not at all, and the log is young", "t(a int); log from 2d",
     "No reader seen since 20 Nov 2026, in the logs that I read."),
]  # fmt: skip


@pytest.mark.parametrize(("graph", "sentence"), [c[1:] for c in COUNTED], ids=[c[0] for c in COUNTED])
def test_what_the_databases_own_counters_say_where_no_reader_is_seen(graph: str, sentence: str) -> None:
    reply = reply_to("who reads t", graph_of(graph))

    assert reply.summary == f"t: {sentence}"
    assert sentence in " ".join(text_of("who reads t", graph_of(graph)).split())


def test_the_owner_form_completes_a_command_line() -> None:
    reply = reply_to("owner exec revenue")
    forms = [
        c.form for b in reply.blocks if isinstance(b, Choices) for c in b.choices if isinstance(c, Choice) and c.form
    ]

    assert forms[0].command == 'owner "Sales.Exec revenue" --set {person} {channel}'


class _Broken(MemoryGraph):
    """A graph whose store is in trouble."""


def broken(trouble: Exception) -> MemoryGraph:
    class Broken(MemoryGraph):
        def search(self, *args: object, **more: object) -> None:  # type: ignore[override]
            raise trouble

    return Broken()


def test_a_store_that_is_down_is_said_politely() -> None:
    graph = broken(StoreUnreachable("the store at db.internal does not answer"))

    text = text_of("lineage x", graph)

    assert "I cannot reach my store right now" in text
    assert "db.internal" not in text


def test_a_surprise_is_logged_with_an_id_and_shows_no_traceback() -> None:
    with structlog.testing.capture_logs() as logs:
        text = text_of("lineage x", broken(ZeroDivisionError("secret detail")))

    (line,) = [entry for entry in logs if entry["event"] == "went_wrong"]
    assert f"Something went wrong on our side (id {line['id']})" in text
    assert "secret detail" not in text
    assert "Traceback" not in text


def test_the_log_of_a_surprise_holds_no_word_that_was_typed_but_the_commands() -> None:
    with structlog.testing.capture_logs() as logs:
        text_of("hunter2secret is my password", broken(ZeroDivisionError()))
        text_of("lineage hunter2secret", broken(ZeroDivisionError()))

    assert [entry["line"] for entry in logs] == ["…", "lineage"]


def test_the_slash_is_allowed_in_a_dm() -> None:
    assert text_of("/lineage who reads marts.revenue") == text_of("who reads marts.revenue")


def test_every_command_has_its_help_and_its_examples_are_understood() -> None:
    for command in COMMANDS:
        assert command.usage in text_of(f"help {command.word}")
        assert all(command_of(example.split()[0]) or example.startswith("who reads") for example in command.examples)


@pytest.mark.parametrize(
    "line", ["check\nDROP TABLE marts.lonely", "check\tDROP TABLE marts.lonely", "DROP\nTABLE\nmarts.lonely"]
)
def test_lines_may_be_broken_anywhere(line: str) -> None:
    assert "No known consumer" in text_of(line)


@pytest.mark.parametrize("name", ["users", "sources", "usage", "fields", "reads"])
def test_a_common_table_name_is_no_command(name: str) -> None:
    assert f"marts.{name}\n===" in text_of(name, graph_of(f"marts.{name}(id int)"))


def test_words_and_aliases_are_each_said_once() -> None:
    words = [word for command in COMMANDS for word in (command.word, *command.aliases)]

    assert len(words) == len(set(words))


def test_a_name_is_answered_with_few_questions_to_the_graph() -> None:
    asked: list[str] = []

    class Counting(MemoryGraph):
        def __getattribute__(self, name: str) -> object:
            if name in ("search", "assets", "edges", "owners", "tags", "coverage", "uses", "people", "columns"):
                asked.append(name)
            return super().__getattribute__(name)

    graph = Counting(**{name: getattr(SHOP, name) for name in SHOP.__slots__})
    answer(Request("marts.revenue", ASKER, NOW), services_of(graph))

    assert len(asked) <= 20, asked


def test_reading_needs_no_store() -> None:
    assert "Downstream" in render(reply_to("marts.revenue"))


@pytest.mark.parametrize("way", Direction)
def test_nothing_known_is_not_nothing(way: Direction) -> None:
    lonely: Callable[[str], str] = text_of

    assert "Nothing known" in lonely(f"lineage marts.lonely --{way}")
