"""Whatever people paste or a log holds is read in time that grows with its length, not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from lineagebot.commands import grammar, smart
from lineagebot.model import Session
from lineagebot.slack import escape, reading
from lineagebot.sql.clean import clean
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.names import names, split_name
from lineagebot.sync.postgres_text import parts, path_change, prepared_text, search_path
from lineagebot.sync.who import via

LENGTH = 20_000
#: Seconds for one text; the slowest takes a tenth of it on an idle machine, a quadratic search a hundred times as long.
LIMIT = 1.5

SESSION = Session(system="acme", database="shop", search_path=("public",))

#: A piece that is repeated, and what stands before and behind.
HOSTILE = {
    "blanks": ("", " ", ""),
    "line ends": ("", "\n", ""),
    "blank lines": ("", " \n", ""),
    "quotes": ("", '"', ""),
    "quoted letters": ("", '"a', ""),
    "apostrophes": ("", "'", ""),
    "backticks": ("", "`", ""),
    "fences": ("", "```a\n", ""),
    "stars": ("", "*", ""),
    "colons": ("", ":a", ""),
    "dots": ("", "a.", ""),
    "brackets": ("", "(", ""),
    "comments": ("", "/*", ""),
    "dashes": ("", "--", ""),
    "dollars": ("", "$a", ""),
    "links": ("", "<http://a|", ""),
    "addresses": ("", "<mailto:a", ""),
    "mentions": ("", "<@U1|", ""),
    "addressees": ("", "a@a.", ""),
    "templates": ("", "{{", ""),
    "statements of a template": ("", "{%", ""),
    "selects": ("", "select a ", ""),
    "withs": ("", "with a (", ""),
    "grants": ("", "grant ", ""),
    "drops": ("", "drop table ", ""),
    "questions": ("select 1 ", "is this ok ", ""),
    "question marks": ("select 1", "? ", "x"),
    "a word and blanks": ("select", " ", "x"),
    "a commit and blanks": ("commit", " ", "x"),
    "a search path of blanks": ("set search_path to a", " ", "b"),
    "a search path of tabs": ("set search_path to", "\t", ""),
    "a quote behind blanks": ("", " ", "&gt;"),
    "semicolons": ("", "a;", ""),
    "escapes": ("", "E'\\", ""),
    "a question": ("who reads ", "a ", "?!"),
    "where from": ("where does ", " come from", "x"),
}

READERS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "fingerprint": lambda text: fingerprint(text, "postgres"),
    "names": lambda text: names(text, "postgres", SESSION),
    "split_name": lambda text: split_name(text, "postgres"),
    "grammar": lambda text: _refusing(grammar.read, text),
    "phrase": smart.phrase,
    "looks_like_sql": smart.looks_like_sql,
    "plain": escape.plain,
    "mono": escape.mono,
    "strong": escape.strong,
    "link": lambda text: escape.link(text, "https://example.test"),
    "words_of": lambda text: reading.words_of({"text": text}, without="U1"),
    "via": via,
    "parts": parts,
    "path_change": lambda text: [path_change(text, part) for part in parts(text)[:50]],
    "search_path": search_path,
    "prepared_text": prepared_text,
}


def _refusing(read: Callable[[str], object], text: str) -> object:
    try:
        return read(text)
    except grammar.BadRequest:
        return None


@pytest.mark.parametrize("reader", READERS)
def test_no_text_takes_long_to_read(reader: str) -> None:
    slow = {}
    for what, (before, piece, behind) in HOSTILE.items():
        text = before + piece * (LENGTH // len(piece)) + behind
        began = time.process_time()
        READERS[reader](text)
        took = time.process_time() - began
        if took > LIMIT:
            slow[what] = took

    assert slow == {}
