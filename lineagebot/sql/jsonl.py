"""Many cases in, many answers out, as JSON lines: the form in which engines of this kind are compared.

A case has id, dialect, sql, and may have default_db, default_schema, schema {table: {column: type}} and config. Its
answer is the text's net: a table that the text writes and later reads is neither input nor output, and the columns of
what reads it are followed through to where they come from. `reads` has every column that the text reads, to whatever
end: selected, filtered, joined, grouped, ordered; a table of which no column is named stands there with none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lineagebot.model import Action, AssetKey, AssetKind, Column, Effect, Relation, Session
from lineagebot.sql.catalog import Catalog, paths
from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.names import folded_column, split_name
from lineagebot.sql.understand import meanings

Answer = Mapping[str, object]

#: Effects that make a table one of the outputs.
_WRITES = frozenset(Action) - {
    Action.GRANT, Action.REVOKE, Action.CALL, Action.ALTER, Action.EXPIRE, Action.FORGET, Action.HIDE,
}  # fmt: skip
_Origin = tuple[AssetKey, str]


def answers(lines: Iterable[str | bytes]) -> Iterator[str]:
    """One line of JSON for each line of JSON that holds a case; a line that does not is answered with its error."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer_to(line))


def _answer_to(line: str | bytes) -> Answer:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as mistake:
        return {"id": None, "error": f"this line is no JSON: {mistake}"}
    if not isinstance(case, dict):
        return {"id": None, "error": "this line is no case: a case is an object with id and sql"}
    if not isinstance(case.get("sql"), str):
        return {"id": case.get("id"), "error": "this case has no sql"}
    return answer(case)


def answer(case: Mapping[str, object]) -> Answer:
    """What the case's SQL reads, writes and feeds."""
    dialect = _dialect(case)
    session = Session(
        system="case",
        database=_folded(case.get("default_db"), dialect),
        search_path=tuple(name for name in (_folded(case.get("default_schema"), dialect),) if name),
    )
    net = _Net(session)
    for meaning in meanings(str(case["sql"]), dialect, session, _catalog(case.get("schema"), dialect, session)):
        net.add(meaning)
    return {"id": case.get("id"), **net.said()}


def _dialect(case: Mapping[str, object]) -> Dialect:
    dialect = dialect_of(str(case.get("dialect") or ""))
    config = case.get("config")
    if isinstance(config, Mapping) and config.get("LATERAL_COLUMN_ALIAS_REFERENCE"):
        return replace(dialect, lateral_aliases=True)
    return dialect


def _folded(name: object, dialect: Dialect) -> str | None:
    parts = split_name(name, dialect.name) if isinstance(name, str) and name else None
    return ".".join(parts) if parts else None


def _catalog(schema: object, dialect: Dialect, session: Session) -> Catalog:
    relations = []
    for table, columns in schema.items() if isinstance(schema, Mapping) else ():
        parts = split_name(str(table), dialect.name)
        if parts and isinstance(columns, Mapping):
            known = tuple(
                Column(folded_column(str(name), dialect, quoted=False), str(kind) if kind else None)
                for name, kind in columns.items()
            )
            key = AssetKey(session.system, paths(parts, session)[0])
            relations.append(Relation(key, AssetKind.TABLE, known))
    return Catalog(tuple(relations))


@dataclass(slots=True)
class _Net:
    """What is left of several statements once what they hand to each other is taken out."""

    session: Session
    inputs: dict[AssetKey, None] = field(default_factory=dict)
    outputs: dict[AssetKey, None] = field(default_factory=dict)
    reads: dict[AssetKey, dict[str, None]] = field(default_factory=dict)
    #: What the text itself made: its columns and where they come from.
    made: dict[AssetKey, dict[str, dict[_Origin, None]]] = field(default_factory=dict)
    between: set[AssetKey] = field(default_factory=set)
    selected: dict[str, dict[_Origin, None]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, meaning: Meaning) -> None:
        self.errors.extend(problem.message for problem in meaning.problems)
        read = dict.fromkeys((*meaning.inputs, *(r.asset for r in meaning.reads if r.column is None)))
        for key in read:
            if _is_stage(key) and meaning.flows:
                continue
            if key in self.made:
                self.between.add(key)
            else:
                self.inputs[key] = None
        for one in (*meaning.reads, *meaning.own_reads):
            if one.asset not in self.made:
                columns_read = self.reads.setdefault(one.asset, {})
                if one.column is not None:
                    columns_read[one.column] = None
        found: dict[tuple[AssetKey | None, str], dict[_Origin, None]] = {}
        for target, name, feeds in meaning.flows:
            into = found.setdefault((target, name), {})
            for table, column in feeds:
                into.update(self._followed((table.key, column)))
        for effect in meaning.effects:
            self._take(effect)
        for (target, name), origins in found.items():
            columns = self.selected if target is None else self.made.setdefault(target, {})
            columns.setdefault(name, {}).update(origins)

    def _followed(self, origin: _Origin) -> dict[_Origin, None]:
        known = self.made.get(origin[0])
        if known is None or (origin[0] not in self.between and origin[1] not in known):
            return {origin: None}
        return known.get(origin[1]) or {origin: None}

    def _take(self, effect: Effect) -> None:
        key = effect.target
        if effect.temporary or _is_stage(key):
            return
        if effect.action is Action.DROP and key in self.made:
            del self.made[key]
            self.outputs.pop(key, None)
            return
        if effect.action in (Action.RENAME, Action.SWAP, Action.SET_SCHEMA) and effect.renamed_to is not None:
            self._rename(effect, effect.renamed_to)
            return
        if effect.action in _WRITES:
            self.outputs[key] = None
            self.made.setdefault(key, {})

    def _rename(self, effect: Effect, to: AssetKey) -> None:
        was = effect.target
        if effect.action is Action.SWAP:
            self.outputs.update({was: None, to: None})
            self.made[was], self.made[to] = self.made.get(to, {}), self.made.get(was, {})
            return
        if was in self.made:  # of what stood there before, a new name moves no row
            self.made[to] = self.made.pop(was)
            self.outputs.pop(was, None)
            self.outputs[to] = None

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


def _is_stage(key: AssetKey) -> bool:
    """A stage counts as a table only where a COPY reads it as one, without a query in between."""
    return key.name.startswith("@")


def _column(origin: _Origin) -> dict[str, str]:
    return {"table": str(origin[0]), "column": origin[1]}
