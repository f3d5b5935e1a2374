"""What is kept between two pages: the source's own cursor, and the temp tables of the sessions that are still open.

A temp table is made in one page and read in another, perhaps after a restart. Kept are names and where columns come
from, never a statement's text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lineagebot.model import AssetKey, Column, How, Read, TemporaryRelation

VERSION = 1

#: Sessions whose temp tables are kept; where disconnections are not logged the oldest are let go.
SESSIONS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Position:
    """Where a source is read on from. `cursor` None: from the beginning."""

    cursor: str | None = None
    temporaries: Mapping[str, tuple[TemporaryRelation, ...]] = field(default_factory=dict)


def to_text(position: Position) -> str:
    kept = list(position.temporaries.items())[-SESSIONS_KEPT:]
    state = {
        "v": VERSION,
        "cursor": position.cursor,
        "temporaries": {session: [_from_relation(r) for r in relations] for session, relations in kept},
    }
    return json.dumps(state, separators=(",", ":"))


def from_text(text: str) -> Position:
    """Raises ValueError on a text that `to_text` did not write."""
    try:
        state: Any = json.loads(text)
        if state["v"] != VERSION:
            raise ValueError(f"position of version {state['v']}")
        temporaries = {
            session: tuple(_to_relation(r) for r in found) for session, found in state["temporaries"].items()
        }
        return Position(state["cursor"], temporaries)
    except (KeyError, TypeError, IndexError, AttributeError) as exc:
        raise ValueError("no position") from exc


def _from_relation(relation: TemporaryRelation) -> dict[str, Any]:
    return {
        "name": relation.name,
        "columns": [[c.name, c.type] for c in relation.columns],
        "sources": [[name, [[_from_key(k), c, how] for k, c, how in found]] for name, found in relation.sources],
        "references": [[_from_key(r.asset), r.column] for r in relation.references],
        "inputs": [_from_key(k) for k in relation.inputs],
    }


def _to_relation(state: Any) -> TemporaryRelation:
    return TemporaryRelation(
        name=state["name"],
        columns=tuple(Column(name, type_) for name, type_ in state["columns"]),
        sources=tuple(
            (name, tuple((_to_key(k), c, How(how)) for k, c, how in found)) for name, found in state["sources"]
        ),
        references=tuple(Read(_to_key(k), c) for k, c in state["references"]),
        inputs=tuple(_to_key(k) for k in state["inputs"]),
    )


def _from_key(key: AssetKey) -> list[Any]:
    return [key.system, list(key.path)]


def _to_key(state: Any) -> AssetKey:
    return AssetKey(state[0], tuple(state[1]))
