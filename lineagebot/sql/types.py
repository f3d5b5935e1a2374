"""Types as the dialects write them: which names mean one type, and which types hold every value of another.

Works on the written text ("varchar(500)", "NUMBER(38,0)", "struct<a: int>"), as catalogs and statements give it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.parse import grammar
from lineagebot.sql.tokens import words
from lineagebot.type_names import DIGITS, ONE_NAME

_INTEGERS = ("integer", "bigint", "smallint", "tinyint")
#: What a dialect says otherwise: other names, and what a type without length is.
_IN: dict[str, dict[str, str]] = {
    "snowflake": {
        **dict.fromkeys((*_INTEGERS, "numeric"), "numeric(38,0)"),
        **dict.fromkeys(("varchar", "text"), "varchar(16777216)"),
        "char": "varchar(1)",
        "real": "double",
        "datetime": "timestamp",
    },
    "bigquery": {**dict.fromkeys(_INTEGERS, "bigint"), "numeric": "numeric(38,9)"},
    "redshift": {
        "text": "varchar(256)",
        "varchar": "varchar(256)",
        "char": "char(1)",
        "numeric": "numeric(18,0)",
    },
    "postgres": {"char": "char(1)"},
    "databricks": {"float": "real", "numeric": "numeric(10,0)"},
    "trino": {"varchar": "text", "timestamp": "timestamp(3)", "numeric": "numeric(38,0)", "char": "char(1)"},
    "duckdb": {
        "float": "real",
        "varchar": "text",
        "char": "text",
        "numeric": "numeric(18,3)",
        "datetime": "timestamp",
    },
    "mysql": {"numeric": "numeric(10,0)", "boolean": "tinyint", "float": "real", "char": "char(1)"},
    "tsql": {"numeric": "numeric(18,0)", "bit": "boolean", "char": "char(1)", "varchar": "varchar(1)"},
    "oracle": {"integer": "numeric(38,0)", "char": "char(1)"},
}
_IN["spark"] = _IN["hive"] = _IN["athena"] = _IN["databricks"]
#: Here the length of a text means nothing.
_NO_LENGTH = frozenset({"duckdb"})
#: In these the number in brackets is only how wide it is shown.
_SHOWN = frozenset(_INTEGERS)
_TEXTS = words("varchar char text")
_SPACED = re.compile(r" ?([<>(),]) ?")
_WORD = re.compile(r"[a-z_][a-z_0-9]*")
#: Of a longer one nobody asks.
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class _Type:
    name: str
    #: What stands in brackets: length, or precision and scale; () where nothing does.
    numbers: tuple[int, ...] = ()
    #: [] behind it, or all of a type that holds others.
    rest: str = ""


def same_type(one: str | None, other: str | None, dialect: str = "") -> bool:
    """True where the two types are one, or where one of them is not known."""
    return one is None or other is None or one == other or _type(one, dialect) == _type(other, dialect)


def widens(old: str | None, new: str | None, dialect: str = "") -> bool:
    """True where every value of the old type surely fits into the new one."""
    if not old or not new:
        return False
    before, after = _type(old, dialect), _type(new, dialect)
    if before.rest or after.rest:
        return False
    if after.name in ("numeric", "bignumeric"):
        return _fits(before, after)
    if before.name in _TEXTS and after.name in _TEXTS:
        return _holds_text(before, after)
    if before.name in DIGITS and after.name in DIGITS:
        return DIGITS[before.name] < DIGITS[after.name]
    if before.name == after.name:
        return bool(before.numbers) and before.numbers <= (after.numbers or before.numbers)
    return (before.name, after.name) in _WIDER


_WIDER = frozenset(
    {
        ("real", "double"),
        ("tinyint", "real"),
        ("smallint", "real"),
        ("tinyint", "double"),
        ("smallint", "double"),
        ("integer", "double"),
        ("date", "timestamp"),
        ("date", "datetime"),
        ("numeric", "bignumeric"),
    }
)


def _fits(before: _Type, after: _Type) -> bool:
    """Digits before the point and behind it; without numbers there is no limit."""
    if before.name == "numeric" and after.name == "bignumeric":
        return True
    if not after.numbers:
        return before.name in DIGITS or (before.name == after.name and bool(before.numbers))
    whole, behind = after.numbers[0] - (after.numbers[1:] or (0,))[0], (after.numbers[1:] or (0,))[0]
    if before.name in DIGITS:
        return whole >= DIGITS[before.name]
    if before.name != "numeric" or not before.numbers:
        return False
    scale = (before.numbers[1:] or (0,))[0]
    return whole >= before.numbers[0] - scale and behind >= scale


def _holds_text(before: _Type, after: _Type) -> bool:
    if not after.numbers:
        return after.name != "char" and (bool(before.numbers) or after.name == "text")
    longer = bool(before.numbers) and before.numbers[0] <= after.numbers[0]
    return longer and (after.name == "varchar" or before.name == after.name)


@lru_cache(maxsize=4096)
def _type(written: str, dialect: str) -> _Type:
    text = _SPACED.sub(r"\1", " ".join(written.lower().replace(":", " ").split()))
    if len(text) > _LONGEST:
        return _Type("", rest=text)
    name, bracket, behind = text.partition("(")
    inner, _, after = behind.partition(")")
    if "<" in text or name.strip() in _HOLDERS or (bracket and not _is_numbers(inner)):
        return _Type("", rest=_WORD.sub(lambda found: _named(found.group(), dialect)[0], text))
    base, array = f"{name} {after}".strip(), ""
    while base.endswith("[]"):
        base, array = base[:-2].strip(), array + "[]"
    plain, numbers = _named(" ".join(base.split()), dialect)
    if bracket and plain not in _SHOWN:
        numbers = tuple(int(part) for part in inner.split(",") if part.strip().isdigit())
    if bracket and plain == "numeric" and len(numbers) == 1:
        numbers = (*numbers, 0)
    return _Type(plain, () if plain in _TEXTS and dialect in _NO_LENGTH else numbers, array)


_HOLDERS = words("row struct map array list union object")


def _is_numbers(inner: str) -> bool:
    return all(part.strip().removeprefix("-").isdigit() or part.strip() == "max" for part in inner.split(","))


def _named(base: str, dialect: str) -> tuple[str, tuple[int, ...]]:
    """The one name of a type, and the length that it has where none is written."""
    own = _IN.get(dialect, {})
    base = own.get(base) or ONE_NAME.get(base, base)
    base = own.get(base, base)
    name, bracket, numbers = base.partition("(")
    return name, tuple(map(int, numbers.rstrip(")").split(","))) if bracket else ()


def type_text(node: exp.Expr, dialect: Dialect) -> str:
    """A type of the tree as the dialect writes it, in small letters; one that people made keeps its spelling."""
    if node.args.get("this") is exp.DType.USERDEFINED:
        return node.sql(dialect=grammar(dialect.parser))
    if type(node) is exp.DataType and len(node.args) <= 2 and not node.expressions and isinstance(node.this, exp.DType):
        return str(node.this.value).lower()
    args = node.args
    is_bare = type(node) is exp.DataType and isinstance(args.get("this"), exp.DType) and args.keys() <= _BARE
    if is_bare and not node.expressions and not args.get("nested"):
        return _bare(args["this"], dialect.parser)
    return node.sql(dialect=grammar(dialect.parser)).lower()


_BARE = frozenset({"this", "expressions", "nested"})


@lru_cache(maxsize=1024)
def _bare(kind: exp.DType, parser: str) -> str:
    return exp.DataType(this=kind, nested=False).sql(dialect=grammar(parser)).lower()
