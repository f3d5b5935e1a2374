"""What several statements come to as a whole, once what they hand to each other is taken out.

A table that the text fills and then reads is neither input nor output, and the columns of what reads it are followed
through to where they come from. One that was filled with values only is still read for the rows that it had before. The
body of a routine runs again and again, so that there only what it makes itself is taken out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lineagebot.model import ANY_COLUMN, Action, AssetKey, Effect
from lineagebot.sql.meaning import Meaning

#: Effects that make a table one of the outputs.
_WRITES = frozenset(Action) - {
    Action.GRANT, Action.REVOKE, Action.CALL, Action.ALTER, Action.EXPIRE, Action.FORGET, Action.HIDE,
}  # fmt: skip
_MAKES = frozenset({Action.CREATE, Action.REPLACE, Action.CLONE})
_MOVES = frozenset({Action.RENAME, Action.SWAP, Action.SET_SCHEMA})
#: What a table loses whose rows the same statement puts elsewhere: it is what was read.
_MOVED_AWAY = frozenset({Action.DROP_PARTITION, Action.TRUNCATE})
_Origin = tuple[AssetKey, str]
_Columns = dict[str, dict[_Origin, None]]


@dataclass(slots=True)
class Net:
    """Add the meanings in their order; `said` is the answer."""

    inputs: dict[AssetKey, None] = field(default_factory=dict)
    outputs: dict[AssetKey, None] = field(default_factory=dict)
    reads: dict[AssetKey, dict[str, None]] = field(default_factory=dict)
    #: What the text wrote to: the columns that it fed, and where they come from.
    made: dict[AssetKey, _Columns] = field(default_factory=dict)
    #: What the text created.
    created: set[AssetKey] = field(default_factory=set)
    #: What the text created, or filled from other tables: who reads it reads those.
    filled: set[AssetKey] = field(default_factory=set)
    between: set[AssetKey] = field(default_factory=set)
    #: What stood there before the text under another name, by its new one.
    was: dict[AssetKey, AssetKey] = field(default_factory=dict)
    #: What the text only dropped.
    dropped: set[AssetKey] = field(default_factory=set)
    selected: _Columns = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, meaning: Meaning) -> None:
        self.errors.extend(problem.message for problem in meaning.problems)
        handed = self.created if meaning.stored else self.filled
        for key in (*meaning.inputs, *(r.asset for r in meaning.reads if r.column is None)):
            if _is_stage(key) and meaning.flows:
                continue
            if key in handed:
                self.between.add(key)
            else:
                self.inputs[self.was.get(key, key)] = None
        for one in (*meaning.reads, *meaning.own_reads):
            if one.asset not in handed:
                columns_read = self.reads.setdefault(self.was.get(one.asset, one.asset), {})
                if one.column is not None and one.column != ANY_COLUMN:
                    columns_read[one.column] = None
        found: dict[tuple[AssetKey | None, str], dict[_Origin, None]] = {}
        for target, name, feeds in meaning.flows:
            into = found.setdefault((target, name), {})
            for table, column in feeds:
                into.update(self._followed((table.key, column), handed))
        for effect in meaning.effects:
            if effect.action in _MOVED_AWAY and effect.target in meaning.inputs:
                continue
            self._take(effect)
            if meaning.inputs and effect.action in _WRITES - _MOVES:
                self.filled.add(effect.target)
        for (target, name), origins in found.items():
            columns = self.selected if target is None else self.made.setdefault(target, {})
            columns.setdefault(name, {}).update(origins)

    def _followed(self, origin: _Origin, handed: set[AssetKey]) -> dict[_Origin, None]:
        key, column = origin
        columns = self.made.get(key)
        if columns is None or key not in handed or (key not in self.between and column not in columns):
            return {(self.was.get(key, key), column): None}
        return columns.get(column) or {origin: None}

    def _take(self, effect: Effect) -> None:
        key = effect.target
        if effect.temporary or _is_stage(key):
            return
        if effect.action is Action.DROP and key in self.created:
            self._forget(key)
        elif effect.action is Action.DROP and key in self.was:
            self.outputs.pop(key, None)
            self.outputs[self.was.pop(key)] = None
        elif effect.action in _MOVES and effect.renamed_to is not None:
            self._move(effect, effect.renamed_to)
        elif effect.action in _WRITES:
            if effect.action is Action.DROP and key not in self.outputs:
                self.dropped.add(key)
            self.outputs[key] = None
            self.made.setdefault(key, {})
            if effect.action in _MAKES:
                self.created.add(key)
                self.filled.add(key)

    def _forget(self, key: AssetKey) -> None:
        self.made.pop(key, None)
        self.outputs.pop(key, None)
        self.created.discard(key)
        self.filled.discard(key)

    def _move(self, effect: Effect, to: AssetKey) -> None:
        was = effect.target
        if effect.action is Action.SWAP:
            self.outputs.update({was: None, to: None})
            self.made[was], self.made[to] = self.made.get(to, {}), self.made.get(was, {})
            for one, other in ((was, to), (to, was)):
                if one in self.created and other not in self.created:
                    self.was[one] = self.was.pop(other, other)
            for known in (self.created, self.filled):
                if (was in known) != (to in known):
                    known ^= {was, to}
            return
        if to in self.dropped:  # only to make room
            self.dropped.discard(to)
            self._forget(to)
        if was not in self.made:  # a new name moves no row
            self.was[to] = self.was.pop(was, was)
            return
        columns, created, filled = self.made[was], was in self.created, was in self.filled
        self._forget(was)
        self.made[to] = columns
        self.outputs[to] = None
        if created:
            self.created.add(to)
        if filled:
            self.filled.add(to)

    def said(self) -> dict[str, object]:
        outputs = [key for key in self.outputs if key not in self.between]
        lines = [
            {"downstream": {"table": table, "column": name}, "upstreams": [_column(origin) for origin in origins]}
            for table, columns in (
                (None, self.selected),
                *((str(key), self.made.get(key, {})) for key in outputs),
            )
            for name, origins in columns.items()
            if origins
        ]
        return {
            "inputs": [str(key) for key in self.inputs],
            "outputs": [str(key) for key in outputs],
            "column_lineage": lines,
            "reads": {str(key): list(columns) for key, columns in self.reads.items()},
            "error": "; ".join(self.errors) or None,
        }


def _column(origin: _Origin) -> dict[str, str]:
    return {"table": str(origin[0]), "column": origin[1]}


def _is_stage(key: AssetKey) -> bool:
    """A stage counts as a table only where a COPY reads it as one, without a query in between."""
    return key.name.startswith("@")
