"""OUTPUT inserted.a INTO log (x) (T-SQL): one statement that writes the rows it changes into another table too."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import Action, AssetKey, Edge, EdgeKind, How
from lineagebot.sql.by_hand.reader import Inner, Reader, column_of, effect_on
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.tokens import Kind, words

_BEHIND = words("VALUES SELECT WITH WHERE FROM DEFAULT EXEC EXECUTE")
_ROWS = words("INSERTED DELETED")


def with_output(context: Context, inner: Inner) -> Meaning | None:
    """What the statement means without its OUTPUT, and what the OUTPUT adds; None where it has none with INTO."""
    if context.dialect.name != "tsql" or "OUTPUT" not in context.text.upper():
        return None
    reader = Reader(context)
    said = [token.upper for token in reader.tokens]
    begin = said.index("OUTPUT") if "OUTPUT" in said else len(said)
    into = next((at for at in range(begin, len(said)) if said[at] == "INTO"), len(said))
    if into + 1 >= len(said) or any(word in _BEHIND for word in said[begin:into]):
        return None
    reader.at = into + 1
    parts = reader.name()
    listed = _listed(reader)
    end = reader.tokens[reader.at].start if not reader.done else len(context.text)
    meaning = inner(context.text[: reader.tokens[begin].start] + context.text[end:], context)
    changed = next((effect.target for effect in meaning.effects), None)
    if not parts or changed is None or meaning.problems:
        return None
    target = context.target(parts)
    return replace(
        meaning,
        effects=(*meaning.effects, effect_on(context, Action.APPEND, target)),
        edges=(*meaning.edges, *_edges(reader, range(begin + 1, into), changed, target.key, listed)),
    )


def _listed(reader: Reader) -> list[str]:
    """(x, y) behind the name."""
    if not reader.skip("("):
        return []
    found: list[str] = []
    while not reader.done and not reader.skip(")"):
        found.append(reader.column())
        if not reader.skip(",") and reader.word != ")":
            reader.at += 1
    return found


def _edges(reader: Reader, place: range, source: AssetKey, target: AssetKey, listed: list[str]) -> list[Edge]:
    tokens = reader.tokens
    edges = [Edge(source, target)]
    at_column = 0
    for at in place:
        if tokens[at].text == ",":
            at_column += 1
        elif (
            tokens[at].upper in _ROWS and tokens[at + 1].text == "." and tokens[at + 2].kind in (Kind.WORD, Kind.QUOTED)
        ):
            column = column_of(tokens[at + 2], reader.context)
            into = listed[at_column] if at_column < len(listed) else column
            edges.append(Edge(source, target, EdgeKind.FLOW, column, into, How.COPIED))
    return edges
