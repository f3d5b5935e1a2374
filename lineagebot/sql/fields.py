"""What a type holds inside, as its system writes it: the fields of a struct, the elements of an array."""

from __future__ import annotations

from collections.abc import Iterable

_ARRAYS = frozenset({"array", "list"})
_STRUCTS = frozenset({"struct", "row", "record", "object", "tuple", "nested"})
_CLOSES = {"<": ">", "(": ")"}


def fields_in(type_text: str) -> tuple[tuple[str, str], ...]:
    """The fields, with their types, of a type as its system writes it; () where it has none.

    STRUCT<a INT64, b STRING> (BigQuery), struct<a:int> (Spark), row(a integer) (Trino), STRUCT(a INTEGER)[] (DuckDB),
    OBJECT(a NUMBER) (Snowflake), Tuple(a String) (ClickHouse), and arrays of them.
    """
    text = type_text.strip()
    while True:
        if text.endswith("[]"):
            text = text[:-2].rstrip()
            continue
        word, bracket, rest = _opened(text)
        if word in _ARRAYS and rest.endswith(_CLOSES.get(bracket, "\0")):
            text = rest[:-1].strip().removesuffix("NOT NULL").rstrip()
            continue
        break
    if word not in _STRUCTS or not rest.endswith(_CLOSES.get(bracket, "\0")):
        return ()
    found: list[tuple[str, str]] = []
    for part in _parts(rest[:-1]):
        name, inner = _named(part)
        if not name or not inner:
            return ()  # a field without a name
        found.append((name, inner))
    return tuple(found)


def element_of(type_text: str) -> str | None:
    """The type of what an array of that type holds."""
    text = type_text.strip()
    if text.endswith("[]"):
        return text[:-2]
    return text[6:-1] if text[:6].lower() in ("array<", "array(") else None


def _opened(text: str) -> tuple[str, str, str]:
    """The word before the first bracket, the bracket, and what follows it."""
    at = next((i for i, sign in enumerate(text) if sign in "<("), -1)
    return (text[:at].strip().lower(), text[at], text[at + 1 :]) if at >= 0 else ("", "", "")


def _parts(text: str) -> Iterable[str]:
    depth = begin = 0
    for at, sign in enumerate(text):
        if sign in "<([":
            depth += 1
        elif sign in ">)]":
            depth -= 1
        elif sign == "," and depth == 0:
            yield text[begin:at].strip()
            begin = at + 1
    if text[begin:].strip():
        yield text[begin:].strip()


def _named(part: str) -> tuple[str, str]:
    """`a INT64`, `a:int`, `"a b" integer`, each with what may follow the type left on it."""
    quote = part[:1]
    if quote in ('"', "`"):
        end = part.find(quote, 1)
        return part[1:end], part[end + 1 :].lstrip(" :") if end > 0 else ""
    at = next((i for i, sign in enumerate(part) if sign in " :\t\n"), -1)
    return (part[:at], part[at:].lstrip(" :\t\n")) if at > 0 else ("", "")
