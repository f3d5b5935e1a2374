"""Types that people make (CREATE TYPE, CREATE DOMAIN, an extension's own), and what goes with one that is dropped.

DROP TYPE ... CASCADE names no table. Which columns have the type, the catalog knows: `dropped_types` says what to ask
it for, rather too much than too little, and `victims` tells the columns that are meant from those that sound alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lineagebot.model import AssetKind, Certainty, Relation
from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.meaning import Context
from lineagebot.sql.names import chain, split_name
from lineagebot.sql.tokens import Kind, inside, tokenize

Parts = tuple[str, ...]

#: By this word columns go with their type: Oracle makes them unusable, which comes to the same.
TAKES_COLUMNS: Mapping[str, str] = {"postgres": "CASCADE", "oracle": "FORCE"}
#: The types that an extension of Postgres brings along.
EXTENSION_TYPES: Mapping[str, tuple[str, ...]] = {
    "postgis": ("geometry", "geography", "box2d", "box3d"),
    "postgis_raster": ("raster",),
    "postgis_topology": ("topogeometry",),
    "vector": ("vector", "halfvec", "sparsevec"),
    "citext": ("citext",),
    "hstore": ("hstore",),
    "ltree": ("ltree", "lquery", "ltxtquery"),
    "cube": ("cube",),
    "seg": ("seg",),
    "isn": ("isbn", "isbn13", "issn", "issn13", "ismn", "ismn13", "ean13", "upc"),
    "intarray": ("query_int",),
}
_DROP = re.compile(r"\bdrop\b", re.IGNORECASE)
_KIND = re.compile(r"\b(?:type|domain|extension)\b", re.IGNORECASE)
_KINDS = frozenset({"TYPE", "DOMAIN", "EXTENSION"})
_VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)


def dropped_types(text: str, dialect: str) -> frozenset[str]:
    """The last names of the types that the text may drop with the columns that have them; most texts drop none."""
    if dialect not in TAKES_COLUMNS or not _may_drop(text):
        return frozenset()
    return frozenset(_named(text, dialect_of(dialect), 3))


def _may_drop(text: str) -> bool:
    return _DROP.search(text) is not None and _KIND.search(text) is not None


def _named(text: str, dialect: Dialect, levels: int) -> Iterator[str]:
    """`levels`: of strings in strings, where code runs them."""
    tokens = [token for token in tokenize(text, dialect.lexis) if token.kind is not Kind.COMMENT]
    for at, token in enumerate(tokens):
        if token.kind is Kind.STRING and levels and _may_drop(token.text):
            yield from _named(inside(token.text), dialect, levels - 1)
        if token.upper not in _KINDS or not at or tokens[at - 1].upper != "DROP":
            continue
        behind = at + 1
        if [t.upper for t in tokens[behind : behind + 2]] == ["IF", "EXISTS"]:
            behind += 2
        while True:
            parts, behind = chain(tokens, behind, dialect)
            if not parts:
                break
            yield from types_of_extension(parts) if token.upper == "EXTENSION" else parts[-1:]
            if behind >= len(tokens) or tokens[behind].text != ",":
                break
            behind += 1


def types_of_extension(parts: Parts) -> tuple[str, ...]:
    return EXTENSION_TYPES.get(parts[-1].lower(), ())


def victims(types: Iterable[Parts], context: Context) -> Iterator[tuple[Relation, tuple[str, ...], Certainty]]:
    """The relations with columns of one of these types: which columns, and whether it surely is that very type."""
    wanted = tuple(types)
    for relation in context.catalog.relations:
        found = {
            column.name: how
            for column in relation.columns
            if column.type and (how := _how(column.type, wanted, relation, context)) is not None
        }
        if found:
            sure = all(how is Certainty.CERTAIN for how in found.values())
            yield relation, tuple(found), context.certainty if sure else Certainty.POSSIBLE


def is_view(relation: Relation) -> bool:
    return relation.kind in _VIEWS


def _how(written: str, types: Iterable[Parts], relation: Relation, context: Context) -> Certainty | None:
    """CERTAIN for the type itself, POSSIBLE for one of its name that may stand in another schema, else None."""
    parts = split_name(_BEHIND.sub("", written), context.dialect.name)
    if not parts:
        return None
    found = None
    for meant in types:
        if parts[-1] != meant[-1]:
            continue
        mine, other = parts[-2:-1], meant[-2:-1]
        # A catalog leaves out the schema that it was asked in; a statement leaves out those of its search path.
        near = (*context.session.search_path, *relation.key.path[-2:-1], "public")
        if mine == other or (mine or other)[0] in near:
            if not mine or not other or mine == other:
                return Certainty.CERTAIN
        elif not mine:
            found = Certainty.POSSIBLE
    return found


#: Length, precision, and [] of an array.
_BEHIND = re.compile(r"\s*(?:\([^)]*\)|\[\d*\])")
