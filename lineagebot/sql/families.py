"""Tables of BigQuery that are one asset under many names: partitions (t$20240101), date shards, wildcards (events_*).

A partition decorator always folds to its table. A dated name folds to its family only where the catalog knows the
family as `events_*`: nothing in the name alone tells a shard from the copy that somebody made on a day. What was cut
off stays beside the effect as its partition, and what would happen to a whole table happens to that part of it.
"""

from __future__ import annotations

import re

from lineagebot.model import Action, AssetKind, Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import Dialect

_DATED = re.compile(r"(.*_)((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))")
_WILDCARD = re.compile(r"(.*_)\d*\*")

#: What becomes of the family when this happens to one of its parts.
_OF_A_PART = {
    Action.CREATE: Action.OVERWRITE,
    Action.REPLACE: Action.OVERWRITE,
    Action.CLONE: Action.OVERWRITE,
    Action.DROP: Action.DROP_PARTITION,
    Action.RENAME: Action.DROP_PARTITION,
    Action.TRUNCATE: Action.DROP_PARTITION,
}


def family(
    parts: tuple[str, ...], session: Session, catalog: Catalog, dialect: Dialect
) -> tuple[tuple[str, ...], str | None]:
    """The asset's own name, and which part of it is meant: ("d", "events_20240101") → ("d", "events_*"), "20240101"."""
    if dialect.name != "bigquery" or not parts:
        return parts, None
    name = parts[-1]
    if "$" in name:
        whole, _, part = name.partition("$")
        return ((*parts[:-1], whole), part) if whole else (parts, None)
    for found in families(name):
        folded = (*parts[:-1], found)
        if catalog.find(folded, session) is not None and catalog.find(parts, session) is None:
            dated = _DATED.fullmatch(name)
            return folded, dated.group(2) if dated is not None else None
    return parts, None


def families(name: str) -> tuple[str, ...]:
    """The wildcard that a name may be one of; () where it has no such form."""
    if not name[-1:].isdigit() and not name.endswith("*"):
        return ()
    found = _DATED.fullmatch(name) or _WILDCARD.fullmatch(name)
    return (f"{found.group(1)}*",) if found is not None else ()


def of_a_part(action: Action, partition: str, fields: dict[str, object]) -> tuple[Action, dict[str, object]]:
    """An effect on one part of a table, in place of the same on a whole one."""
    kept = {name: value for name, value in fields.items() if name not in ("produces", "renamed_to", "columns")}
    return _OF_A_PART.get(action, action), {
        **kept,
        "kind": AssetKind.TABLE,
        "every_row": False,
        "partition": kept.get("partition") or partition,
    }
