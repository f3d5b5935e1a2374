"""What is remembered of one text answers for another only where the parser's own tokens would say the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineagebot.sql.cache import Cache
from lineagebot.sql.dialects import DIALECTS, dialect_of
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.parse import tokens_of
from lineagebot.sql.skeleton import holds, skeleton

from . import literals
from .corpora import foreign, own


def held(text: str, dialect: str) -> str | None:
    """The skeleton of a text, where it may be kept."""
    known = dialect_of(dialect)
    found, tokens = skeleton(text, known), tokens_of(text, known.parser)
    return found.text if found is not None and tokens is not None and holds(found, text, known, tokens) else None


SAME = [
    ("postgres", "SELECT a FROM t WHERE b = 'x' AND c = 1 -- why", "SELECT a FROM t WHERE b = '' AND c = 22 -- or not"),
    ("snowflake", '/* {"id": 1} */ SELECT a FROM t LIMIT 5', "/* it's another */ SELECT a FROM t LIMIT 50"),
    ("bigquery", '# one\nSELECT `a\'b`, "x" FROM t', "# it's two\nSELECT `a'b`, \"it's y\" FROM t"),
    ("mysql", "SELECT 'a' FROM t", "SELECT 'a -- b /* c' FROM t"),
]


@pytest.mark.parametrize(("dialect", "one", "other"), SAME)
def test_these_have_one_skeleton(dialect: str, one: str, other: str) -> None:
    assert held(one, dialect) == held(other, dialect) is not None


APART = [
    # A comment that hides, or ends in, what another does not.
    ("bigquery", "SELECT 1 -- a\nFROM t", "SELECT 1 -- a\rFROM t\nFROM t"),
    ("postgres", "/* a /* b */ -- c */\nSELECT 1 */", "/* a /* b */ -- c\nSELECT 1 */"),
    ("postgres", "SELECT /* a */ 1", "SELECT /*+ a */ 1"),
    ("postgres", "SELECT /* a */ 1", "SELECT /* a /*/ 1 */ */ 1"),
    ("mysql", "SELECT 5 -- 3\n", "SELECT 5 --3\n"),
    ("postgres", "SELECT 'C:\\' -- ' /* x */\n FROM t", "SELECT 'C:\\' -- ' /* x\n, 2 */\n FROM t"),
    # Quotes that are none, or mean something else.
    ("postgres", "SELECT $1/* a b */ || '$'", "SELECT $1/*a*/ || '$'"),
    ("postgres", "SELECT E'a\\'b', 'c'", "SELECT E'a\\'b', 'd'', c'"),
    ("bigquery", "SELECT '''a''' , 'b'", "SELECT '''a''', ''"),
    ("postgres", "SHOW 'a'", "SHOW 'b'"),
    # A number that means a column.
    ("postgres", "SELECT a, b FROM t GROUP BY 1", "SELECT a, b FROM t GROUP BY 2"),
    ("postgres", "SELECT a, b FROM t GROUP BY a, 1 LIMIT 5", "SELECT a, b FROM t GROUP BY a, 2 LIMIT 5"),
    ("hive", "SELECT a FROM t WHERE b = 1L", "SELECT a FROM t WHERE b = 1S"),
]


@pytest.mark.parametrize(("dialect", "one", "other"), APART)
def test_these_are_told_apart_or_not_kept(dialect: str, one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        cache = Cache()
        cache.mark(first, dialect)
        assert cache.mark(second, dialect) == fingerprint(second, dialect)


_WORDS = r"""
a b1 by limit and ( ) , ; = < . - + 1 22 0x1 1e5 1L 'x' '' 'a''b' 'C:\' r'x' E'a\'b' N'y' "q" "q'r" "" `b'c`
'''t'r''' $$d'e$$ $1 :a @b %s [it's] -- # // --x #x /* */ /*+ /*/ ' " ` \ é ℘
"""
_SPACES = (" ", " ", "\n", "\r", "\r\n", "\t")
_COMMENTS = ("-- it's\n", "# x\n", "/* a */", "/* it's */", "/* * */", "SHOW ", "BEGIN ")
_PIECES = st.sampled_from([*_WORDS.split(), *_SPACES, *_COMMENTS, '"""u"""'])
_TEXTS = st.lists(_PIECES, min_size=1, max_size=14)


@given(_TEXTS, st.data(), st.sampled_from(sorted(DIALECTS)))
def test_no_text_gets_the_fingerprint_of_another(pieces: list[str], data: st.DataObject, dialect: str) -> None:
    cache = Cache()
    one = "".join(pieces)
    cache.mark(one, dialect)
    at = data.draw(st.integers(0, len(pieces) - 1))
    other = "".join([*pieces[:at], data.draw(_PIECES), *pieces[at + 1 :]])
    begin = data.draw(st.integers(0, len(one)))
    third = one[:begin] + data.draw(_PIECES) + one[begin + data.draw(st.integers(0, 3)) :]
    for text in (other, third):
        assert cache.mark(text, dialect).hash == fingerprint(text, dialect).hash


def test_other_literals_in_our_own_statements_get_their_own_fingerprint() -> None:
    kept = 0
    for sample in own():
        cache = Cache()
        cache.mark(sample.sql, sample.dialect)
        for at in range(5):
            other = literals.mutated(random.Random(f"{sample.name}/{at}"), sample.sql, sample.dialect)
            assert cache.mark(other, sample.dialect).hash == fingerprint(other, sample.dialect).hash, other
            kept += held(sample.sql, sample.dialect) is not None
    assert kept > 0


def test_most_statements_of_the_corpora_have_a_skeleton(shared_material: Path) -> None:
    samples = [sample for sample in foreign(shared_material) if len(sample.sql) < 3_000][::23]
    if not samples:
        pytest.skip(f"no corpora under {shared_material}")
    assert sum(held(sample.sql, sample.dialect) is not None for sample in samples) > 0.8 * len(samples)
