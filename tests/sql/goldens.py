"""Golden files: SQL, and below each statement what it means. Adding a case is typing SQL.

A file golden/<dialect>/<idea>.sql is read by paragraphs, which blank lines part. A paragraph is one case: SQL, then
lines that begin with `-->` and say what it means (`expectation` writes them). `-- known: orders (id int)` tells the
catalog of a table, `-- session: shop.marts, public` where names lead (or `-- session: none`), both for the cases below.

`python -m tests.sql.goldens [files]` writes the expectations anew, for a person to review in the diff.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lineagebot.model import (
    ANY_COLUMN,
    AssetKey,
    AssetKind,
    Column,
    Edge,
    Effect,
    Problem,
    Relation,
    Session,
    Understanding,
)
from lineagebot.sql.catalog import Catalog, paths
from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.names import folded_column, split_name
from lineagebot.sql.understand import understand

from . import reading

GOLDEN = Path(__file__).parent / "golden"
_EXPECTED, _KNOWN, _SESSION = "--> ", "-- known: ", "-- session: "


@dataclass(frozen=True, slots=True)
class Case:
    """One paragraph: its SQL, where it stands, what is known before it, and what the file says that it means."""

    dialect: str
    line: int
    sql: str
    session: Session
    known: Catalog
    expected: tuple[str, ...]


def golden_files() -> list[Path]:
    return sorted(GOLDEN.glob("*/*.sql"))


def cases(file: Path) -> Iterator[Case]:
    dialect = dialect_of(file.parent.name)
    session, known = _session("shop.public", dialect), Catalog.empty()
    for first, paragraph in _paragraphs(file.read_text(encoding="utf-8").splitlines()):
        for line in paragraph:
            if line.startswith(_KNOWN):
                known = _with(known, _relation(line.removeprefix(_KNOWN), dialect, session))
            elif line.startswith(_SESSION):
                session = _session(line.removeprefix(_SESSION), dialect)
        sql = _sql(paragraph)
        if sql:
            expected = tuple(line.removeprefix(_EXPECTED) for line in paragraph if line.startswith(_EXPECTED))
            yield Case(dialect.name, first, sql, session, known, expected)


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each with the 1-based number of its first line."""
    begin = 0
    for at, line in enumerate([*lines, ""]):
        if not line.strip():
            if at > begin:
                yield begin + 1, lines[begin:at]
            begin = at + 1


def _sql(paragraph: list[str]) -> str:
    """The paragraph without what is ours; "" where nothing but comments is left."""
    kept = [line for line in paragraph if not line.startswith((_EXPECTED, _KNOWN, _SESSION))]
    return "" if all(line.startswith("-- ") for line in kept) else "\n".join(kept)


def _session(said: str, dialect: Dialect) -> Session:
    if said == "none":
        return Session("acme", login="joe")
    first, *others = (split_name(name, dialect.name) or () for name in said.split(", "))
    return Session("acme", first[0], (first[-1], *(parts[-1] for parts in others)), login="joe")


def _relation(said: str, dialect: Dialect, session: Session) -> Relation:
    """orders (id int, total numeric(10,2)); view v (id int) as SELECT ..."""
    kind = AssetKind.VIEW if said.startswith("view ") else AssetKind.TABLE
    head, _, definition = said.removeprefix("view ").partition(") as ")
    name, _, listed = head.partition("(")
    columns = [column.split(None, 1) for column in _split(listed.removesuffix(")") if not definition else listed)]
    return Relation(
        AssetKey(session.system, paths(split_name(name, dialect.name) or (), session)[0]),
        kind,
        tuple(
            Column(folded_column(column[0].strip('"`'), dialect, quoted=column[0][0] in '"`'), *column[1:])
            for column in columns
        ),
        definition or None,
    )


def _split(listed: str) -> list[str]:
    """At the commas that stand in no bracket."""
    found, depth = [""], 0
    for sign in listed:
        depth += (sign in "(<") - (sign in ")>")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return [column.strip() for column in found if column.strip()]


def _with(known: Catalog, relation: Relation) -> Catalog:
    return Catalog((*(r for r in known.relations if r.key != relation.key), relation))


def meaning(case: Case) -> tuple[str, ...]:
    understood = understand(case.sql, case.dialect, case.session, case.known)
    return tuple(expectation(understood, case.session, dialect_of(case.dialect)))


def expectation(understood: Understanding, session: Session, dialect: Dialect) -> Iterator[str]:
    """What a text means, a fact a line; "nothing" where no asset feels it.

    Names stand without the session's own database and first schema.
    """
    said = [
        *(_effect(effect, session) for effect in understood.effects),
        *sorted(_edge(edge, session) for edge in understood.edges),
        *_reads(understood, session),
        *([f"gives {_columns(understood.outputs)}"] if understood.outputs else []),
        *(_problem(problem, session) for problem in understood.problems),
    ]
    after = understood.session_after
    if after is not None and (after.database, after.search_path) != (session.database, session.search_path):
        said.append(f"session {after.database}: {', '.join(after.search_path)}")
    yield from said or ["nothing"]


def _effect(effect: Effect, session: Session) -> str:
    return reading.effect_line(effect, lambda key: _short(key, session), types=True)


def _edge(edge: Edge, session: Session) -> str:
    return reading.edge_line(edge, lambda key: _short(key, session))


def _reads(understood: Understanding, session: Session) -> Iterator[str]:
    """Of the columns, in brackets behind the asset; edges say most of them, so only where there are none."""
    if understood.edges:
        return
    columns: dict[AssetKey, list[str]] = {}
    for read in understood.reads:
        columns.setdefault(read.asset, []).extend([read.column] if read.column not in (None, ANY_COLUMN) else [])
    for asset, names in columns.items():
        yield f"reads {_short(asset, session)}" + (f" ({', '.join(names)})" if names else "")


def _columns(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"{column.name} {column.type or '?'}" for column in columns)


def _problem(problem: Problem, session: Session) -> str:
    looks = "not understood, destructive" if problem.looks_destructive else "not understood"
    return looks + (f": {', '.join(_short(key, session) for key in problem.touches)}" if problem.touches else "")


def _short(key: AssetKey, session: Session) -> str:
    path = key.path
    if len(path) > 1 and path[0] == session.database:
        path = path[1:]
        if len(path) > 1 and path[0] in session.search_path[:1]:
            path = path[1:]
    return ".".join(f'"{part}"' if "." in part or " " in part or not part else part for part in path)


def rewrite(file: Path) -> bool:
    """Write the expectations anew; whether any of them changed."""
    text = file.read_text(encoding="utf-8")
    means = {case.line: meaning(case) for case in cases(file)}
    paragraphs = []
    for first, paragraph in _paragraphs(text.splitlines()):
        kept = [line for line in paragraph if not line.startswith(_EXPECTED)]
        paragraphs.append("\n".join([*kept, *(_EXPECTED + line for line in means.get(first, ()))]))
    written = "\n\n".join(paragraphs) + "\n"
    if written != text:
        file.write_text(written, encoding="utf-8")
    return written != text


def main(arguments: list[str]) -> None:
    for file in [Path(name) for name in arguments] or golden_files():
        if rewrite(file):
            print(f"rewrote {file}; review the diff")


if __name__ == "__main__":
    main(sys.argv[1:])
