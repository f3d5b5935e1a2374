"""What is known of the tables and views a text touches: a frozen value, handed to the pure reader of SQL.

`after` gives the catalog as it stands once effects have happened, so that a text with several statements (and a log
with several texts) is read against what its earlier part made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from lineagebot.model import Action, AssetKey, AssetKind, Certainty, Column, Effect, Relation, Session

_MAKES = frozenset({Action.CREATE, Action.REPLACE, Action.CLONE})
_CONTAINERS = frozenset({AssetKind.SCHEMA, AssetKind.DATABASE})


@dataclass(frozen=True)
class Catalog:
    """Relations by key. Equal catalogs hold equal relations in equal order."""

    relations: tuple[Relation, ...] = ()

    @staticmethod
    def empty() -> Catalog:
        return _EMPTY

    @cached_property
    def by_key(self) -> dict[AssetKey, Relation]:
        return {relation.key: relation for relation in self.relations}

    @cached_property
    def _by_path(self) -> dict[str, dict[tuple[str, ...], Relation]]:
        """Of each system. Tuples of texts are compared many times as fast as keys."""
        found: dict[str, dict[tuple[str, ...], Relation]] = {}
        for relation in self.relations:
            found.setdefault(relation.key.system, {})[relation.key.path] = relation
        return found

    @cached_property
    def _types(self) -> dict[int, dict[str, str | None]]:
        return {}

    def types_of(self, relation: Relation) -> dict[str, str | None]:
        """The types of its columns by their names: for one of its own relations, which live as long as it does."""
        found = self._types.get(id(relation))
        if found is None:
            found = self._types[id(relation)] = {column.name: column.type for column in relation.columns}
        return found

    def at(self, key: AssetKey) -> Relation | None:
        if not self.relations:
            return None
        known = self._by_path.get(key.system)
        return known.get(key.path) if known is not None else None

    def find(self, parts: tuple[str, ...], session: Session) -> Relation | None:
        """What the folded parts name in that session: as written, in its database, along its search path."""
        if not self.relations:
            return None
        known = self._by_path.get(session.system)
        if known is None:
            return None
        for path in paths(parts, session):
            relation = known.get(path)
            if relation is not None:
                return relation
        return None

    def after(self, effects: Iterable[Effect]) -> Catalog:
        """The catalog once these effects have happened, in their order. Temp tables never enter it."""
        known = dict(self.by_key)
        for effect in effects:
            if not effect.temporary:
                _apply(known, effect)
        relations = tuple(known.values())
        return self if relations == self.relations else Catalog(relations)

    def __getstate__(self) -> dict[str, object]:
        return {"relations": self.relations}


_EMPTY = Catalog()


def paths(parts: tuple[str, ...], session: Session) -> tuple[tuple[str, ...], ...]:
    """The full paths that a written name may mean, in the order in which they are tried; never empty."""
    database = (session.database,) if session.database else ()
    if len(parts) == 1 and session.search_path:
        return tuple((*database, schema, *parts) for schema in session.search_path)
    if len(parts) == 1 or len(parts) == 2:
        return ((*database, *parts),)
    return (parts,)


def _apply(known: dict[AssetKey, Relation], effect: Effect) -> None:
    if effect.certainty is not Certainty.CERTAIN and effect.target in known:
        return
    if effect.action in _MAKES:
        known[effect.target] = Relation(effect.target, effect.kind, effect.produces)
    elif effect.action is Action.DROP:
        for key in _meant(known, effect):
            del known[key]
    elif effect.action in (Action.RENAME, Action.SET_SCHEMA) and effect.renamed_to is not None:
        _move(known, effect, effect.renamed_to)
    elif effect.action is Action.SWAP and effect.renamed_to is not None:
        _swap(known, effect.target, effect.renamed_to)
    elif effect.target in known:
        relation = known[effect.target]
        known[effect.target] = replace(relation, columns=changed(relation.columns, effect))


def _meant(known: dict[AssetKey, Relation], effect: Effect) -> list[AssetKey]:
    if effect.kind in _CONTAINERS:
        return [key for key in known if effect.target.holds(key)]
    return [effect.target] if effect.target in known else []


def _move(known: dict[AssetKey, Relation], effect: Effect, to: AssetKey) -> None:
    for key in _meant(known, effect):
        moved = AssetKey(to.system, to.path + key.path[len(effect.target.path) :])
        known[moved] = replace(known.pop(key), key=moved)


def _swap(known: dict[AssetKey, Relation], one: AssetKey, other: AssetKey) -> None:
    first, second = known.pop(one, None), known.pop(other, None)
    if first is not None:
        known[other] = replace(first, key=other)
    if second is not None:
        known[one] = replace(second, key=one)


def changed(columns: tuple[Column, ...], effect: Effect) -> tuple[Column, ...]:
    """The columns of a relation once an ALTER has happened to it."""
    if not columns:
        return columns  # unknown columns stay unknown: one ADD COLUMN does not make them known
    now = {column.name: column for column in columns}
    for change in effect.columns:
        match effect.action:
            case Action.DROP_COLUMN:
                now.pop(change.name, None)
            case Action.ADD_COLUMN:
                now[change.name] = Column(change.name, change.new_type)
            case Action.RETYPE_COLUMN if change.name in now:
                now[change.name] = Column(change.name, change.new_type)
            case Action.RENAME_COLUMN if change.renamed_to and change.name in now:
                to = change.renamed_to
                now = {(to if name == change.name else name): column for name, column in now.items()}
                now[to] = Column(to, now[to].type)
            case _:
                pass
    return tuple(now.values())
