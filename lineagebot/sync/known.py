"""The catalog as a page's statements find it, one after the other: what the graph knew, changed by what ran since.

Each statement is read against the few relations that it names, not against the warehouse: a small catalog is quick to
hand to a worker and makes a good key for remembering what was understood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lineagebot.model import AssetKey, AssetKind, Effect, Relation
from lineagebot.sql.catalog import Catalog
from lineagebot.type_names import mentions

_CONTAINERS = frozenset({AssetKind.SCHEMA, AssetKind.DATABASE})

Parts = tuple[str, ...]


class Known:
    """Relations by name, as they stand at one point of the log."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._by_key: dict[AssetKey, Relation] = {}
        self._by_name: dict[str, dict[AssetKey, None]] = {}
        for relation in relations:
            self._put(relation)

    def catalog(self, names: Collection[Parts], types: Collection[str] = ()) -> Catalog:
        """What there is under the names that a text touches, and with columns of the types that it drops."""
        found = {
            key: self._by_key[key]
            for parts in names
            if parts
            for key in self._by_name.get(parts[-1], ())
            if key.path[-len(parts) :] == parts
        }
        if types:
            found |= {k: r for k, r in self._by_key.items() if mentions((column.type for column in r.columns), types)}
        return Catalog(tuple(found[key] for key in sorted(found)))

    def apply(self, before: Catalog, effects: Collection[Effect]) -> None:
        """Go on to after a statement that was read against `before`."""
        after = before.after(effects)
        if after is not before:
            for key in before.by_key.keys() - after.by_key.keys():
                self._remove(key)
            for key, relation in after.by_key.items():
                if before.by_key.get(key) != relation:
                    self._put(relation)
        for effect in effects:
            if effect.kind in _CONTAINERS:
                self._apply_to_all_inside(effect)

    def copy(self) -> Known:
        new = Known(())
        new._by_key = dict(self._by_key)
        new._by_name = {name: dict(keys) for name, keys in self._by_name.items()}
        return new

    def _apply_to_all_inside(self, effect: Effect) -> None:
        inside = Catalog(tuple(r for key, r in self._by_key.items() if effect.target.holds(key)))
        after = inside.after([effect])
        for key in inside.by_key:
            self._remove(key)
        for relation in after.relations:
            self._put(relation)

    def _put(self, relation: Relation) -> None:
        self._by_key[relation.key] = relation
        self._by_name.setdefault(relation.key.name, {})[relation.key] = None

    def _remove(self, key: AssetKey) -> None:
        self._by_key.pop(key, None)
        self._by_name.get(key.name, {}).pop(key, None)
