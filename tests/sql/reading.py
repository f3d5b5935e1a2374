"""Effects and edges as short lines of text, so that the tables of cases can be read."""

from __future__ import annotations

from collections.abc import Callable

from lineagebot.model import (
    AssetKey,
    AssetKind,
    Certainty,
    Column,
    Edge,
    EdgeKind,
    Effect,
    Relation,
    Session,
    Understanding,
)
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

SESSION = Session("acme", "shop", ("public",), "joe")
_MARKS = ("every_row", "cascade", "if_exists", "temporary")
_MORE_MARKS = ("empty", "partial", "for_good")


def key(name: str) -> AssetKey:
    parts = name.split(".")
    return AssetKey("acme", ("shop", *(["public"] if len(parts) == 1 else []), *parts))


def catalog(**tables: str) -> Catalog:
    """catalog(orders="id int, total numeric") ; a double underscore in a name is a dot."""
    return Catalog(
        tuple(
            Relation(
                key(name.replace("__", ".")),
                AssetKind.TABLE,
                tuple(Column(*column.split(None, 1)) for column in columns.split(", ") if column),
            )
            for name, columns in tables.items()
        )
    )


def read(
    sql: str, *, dialect: str = "postgres", known: Catalog | None = None, session: Session = SESSION
) -> Understanding:
    return understand(sql, dialect, session, known or Catalog.empty())


def effect_line(effect: Effect, name: Callable[[AssetKey], str] | None = None, *, types: bool = False) -> str:
    """drop table a [cascade]; `types`: with the types of the columns that it makes, and the rarer marks"""
    name = name or _short
    words = [effect.action.value, effect.kind.value, name(effect.target)]
    if effect.columns:
        words.append(
            "(" + ", ".join(_change(c.name, c.old_type, c.new_type, c.renamed_to) for c in effect.columns) + ")"
        )
    if effect.produces and types:
        words.append("makes " + ", ".join(f"{c.name} {c.type or '?'}" for c in effect.produces))
    elif effect.produces:
        words.append("makes " + " ".join(c.name for c in effect.produces))
    if effect.renamed_to is not None:
        words.append(f"to {name(effect.renamed_to)}")
    if effect.partition is not None:
        words.append(f"partition {effect.partition}")
    words += [f"[{mark}]" for mark in (_MARKS + _MORE_MARKS if types else _MARKS) if getattr(effect, mark)]
    words += [f"for {', '.join(effect.grantees)}"] if types and effect.grantees else []
    if effect.certainty is not Certainty.CERTAIN:
        words.append(f"[{effect.certainty.value}]")
    return " ".join(words)


def edge_line(edge: Edge, name: Callable[[AssetKey], str] | None = None) -> str:
    """a.x -> b.y copied ; a.x => b filtered ; a -> b"""
    name = name or _short
    source = name(edge.source) + (f".{edge.source_column}" if edge.source_column else "")
    target = name(edge.target) + (f".{edge.target_column}" if edge.target_column else "")
    kind = "=>" if edge.kind is EdgeKind.REFERENCE else "->"
    return f"{source} {kind} {target}" + (f" {edge.how.value}" if edge.how else "")


def effects(understanding: Understanding) -> list[str]:
    return [effect_line(effect) for effect in understanding.effects]


def edges(understanding: Understanding) -> list[str]:
    return sorted(edge_line(edge) for edge in understanding.edges)


def _change(name: str, old: str | None, new: str | None, to: str | None) -> str:
    types = f" {old or '?'} > {new}" if new and (old or new) else ""
    return name + (f" > {to}" if to else "") + (types if not to else "")


def _short(asset: AssetKey) -> str:
    path = asset.path[1:] if asset.path[0] == "shop" and len(asset.path) > 1 else asset.path
    return ".".join(path[1:] if path[0] == "public" and len(path) > 1 else path)
