"""`check <sql>`, or SQL alone: the verdict first, then what breaks with its people, then the safe order of work.

The same understanding as the watcher's, before instead of after. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.grammar import quoted
from lineagebot.commands.naming import find, key_line
from lineagebot.commands.order import safe_order
from lineagebot.commands.services import Services
from lineagebot.errors import BadRequest
from lineagebot.graph.impact import Impact, Verdict, harm_of, impact
from lineagebot.graph.net import Net, net
from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.graph.traverse import walk
from lineagebot.model import ANY_COLUMN, Action, Asset, AssetKey, AssetKind, Effect, Problem, Understanding
from lineagebot.plain import plain
from lineagebot.policy.notice import announcing
from lineagebot.policy.say import (
    WORST,
    consumers_block,
    coverage_note,
    effect_line,
    joined,
    listed,
    readers_line,
    refusals,
    short,
    tally,
    verdict_line,
)
from lineagebot.reply import Block, Choice, Choices, Items, Mono, Note, Paragraph, Reply, Strong, Words
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.clean import clean
from lineagebot.sql.names import names
from lineagebot.sql.user_types import dropped_types

#: Characters of SQL that are read at a time.
LONGEST_SQL = 1_000_000
#: A button's command line is no place for more.
LONGEST_ON_A_BUTTON = 1500
#: Statements and names listed before "and N more".
LISTED = 10

_DROPPABLE = (
    AssetKind.TABLE,
    AssetKind.VIEW,
    AssetKind.MATERIALIZED_VIEW,
    AssetKind.FOREIGN_TABLE,
    AssetKind.SCHEMA,
    AssetKind.DATABASE,
)
#: Statements begin with these and take nothing away.
_READING = frozenset({
    "select", "with", "values", "table", "explain", "show", "fetch", "declare", "close", "analyze",
    "begin", "start", "commit", "end", "set", "reset",
})  # fmt: skip
_HEADS = re.compile(r"(?:^|;)[\s(]*([A-Za-z]+)")
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")

_BRACES = re.compile(r"\{\w+\}")

_DROPS_NAME = re.compile(r"(?is)^drop\s+(?!table\b|view\b|materialized\b|schema\b|database\b)(?P<x>.+)$")

USAGE = "Which SQL? For example: check DROP TABLE marts.revenue"


@dataclass(frozen=True, slots=True)
class Read:
    """The SQL as it was understood, in the system that it fits best."""

    sql: str
    system: str
    dialect: str
    understanding: Understanding


def answer(asked: Asked, services: Services) -> Reply:
    if len(asked.rest) > LONGEST_SQL:
        size = f"{len(asked.rest) / 1_000_000:.1f} MB"
        raise BadRequest(f"That is {size} of SQL; I read 1 MB at a time. Send me the statements that change something.")
    cleaned = clean(asked.rest)
    if not cleaned.sql.strip():
        raise BadRequest(USAGE)
    text = cleaned.sql
    if (bare := dropped_name(text)) is not None:
        found = find(services.graph, bare, lambda full: f"check DROP {full}")
        if isinstance(found, Reply) and " " not in bare:
            return found
        text = text if isinstance(found, Reply) else _drop_of(found)
    sql = read_sql(text, services)
    reply = _answer(asked, services, sql)
    notes = tuple(Note((note,)) for note in cleaned.notes)
    return replace(reply, blocks=_before_buttons(reply.blocks, notes))


def dropped_name(sql: str) -> str | None:
    """The name in `DROP x`, where no kind was said; None for real SQL."""
    match = _DROPS_NAME.match(sql.strip().rstrip(";"))
    return match["x"].strip() if match else None


def _drop_of(asset: Asset) -> str:
    """The statement for "can I drop x?", where nobody said what x is. Raises BadRequest for what SQL cannot drop."""
    if asset.kind not in _DROPPABLE:
        raise BadRequest(
            f"{asset.title} is a {asset.kind}; no SQL drops that. For what stands on it: lineage {asset.title}"
        )
    parts = asset.key.path[-1:] if asset.kind in (AssetKind.SCHEMA, AssetKind.DATABASE) else asset.key.path[-2:]
    return f"DROP {asset.kind.upper()} {'.'.join(sql_name(part) for part in parts)}"


def sql_name(part: str) -> str:
    """One part of a name as SQL spells it."""
    return part if _PLAIN_NAME.fullmatch(part) else '"' + part.replace('"', '""') + '"'


def read_sql(text: str, services: Services) -> Read:
    """Understand the text where most of its names are known. Raises BadRequest where no system speaks SQL."""
    if not services.dialects:
        raise BadRequest("No source that speaks SQL is connected yet, so I cannot check this: see status.")
    readings = [
        (_catalog(text, system, dialect, services), system, dialect) for system, dialect in services.dialects.items()
    ]
    catalog, system, dialect = max(readings, key=lambda reading: len(reading[0].relations))
    understanding = services.understand(text, dialect, services.session_of(system), catalog)
    return Read(text, system, dialect, understanding)


def _catalog(text: str, system: str, dialect: str, services: Services) -> Catalog:
    touched = names(text, dialect, services.session_of(system))
    found = services.graph.relations([(system, parts) for parts in sorted(touched)]) if touched else ()
    if types := dropped_types(text, dialect):
        found += services.graph.with_types(system, types)
    return Catalog(tuple({relation.key: relation for relation in found}.values()))


def _answer(asked: Asked, services: Services, sql: Read) -> Reply:
    meant = sql.understanding
    if not meant.effects and not meant.reads and not meant.understood:
        return _not_understood(asked, services, meant.problems)
    if any(harm_of(e) is not None or e.temporary for e in meant.effects) or _alarming(meant.problems):
        return _hurts(asked, services, sql)
    if meant.effects:
        return _changes(asked, services, sql)
    return _reads_only(asked, services, sql) if _only_reads(sql.sql) else _beyond_me(asked, services, sql)


def _only_reads(text: str) -> bool:
    """True where every statement begins as one that reads. No effect found is not yet no effect (DROP FUNCTION)."""
    heads = _HEADS.findall(_COMMENTS.sub(" ", text))
    return bool(heads) and all(head.lower() in _READING for head in heads)


def _alarming(problems: Sequence[Problem]) -> bool:
    return any(problem.looks_destructive for problem in problems)


def _not_understood(asked: Asked, services: Services, problems: Sequence[Problem]) -> Reply:
    if _alarming(problems):
        text = "Cannot tell: I do not understand this, and it looks destructive. Do not take it for harmless."
    else:
        text = "That does not read as SQL, so I cannot say what it would do."
    blocks: list[Block] = [Paragraph((text,)), *_problems(problems)]
    touched = [key for problem in problems for key in problem.touches]
    if touched:
        known = services.graph.assets(touched)
        blocks.append(_buttons(list(known.values())))
    blocks.append(coverage_note(services.graph.coverage(touched), asked.request.now))
    return Reply(text, tuple(blocks))


def _beyond_me(asked: Asked, services: Services, sql: Read) -> Reply:
    """Understood, and yet nothing in it that the graph could answer for."""
    text = "Cannot tell: I see no table or view that this changes, and I follow tables and views alone."
    blocks: list[Block] = [Paragraph((text,)), *_problems(sql.understanding.problems)]
    blocks.append(coverage_note(services.graph.coverage(), asked.request.now))
    return Reply(text, tuple(blocks))


def _problems(problems: Sequence[Problem]) -> list[Block]:
    if not problems:
        return []
    items = tuple((f"{problem.message}{_place(problem)}",) for problem in problems[:WORST])
    return [Items(items, title="Not understood", more=max(0, len(problems) - WORST))]


def _place(problem: Problem) -> str:
    return (
        f" (line {problem.line})" if problem.line is not None and f"line {problem.line}" not in problem.message else ""
    )


def _hurts(asked: Asked, services: Services, sql: Read) -> Reply:
    graph, meant = services.graph, sql.understanding
    lasting = _lasting(graph, meant.effects)
    found = impact(graph, lasting.effects, today=asked.request.now.date())
    found = _with_problems(found, meant.problems)
    if lasting.notes:
        # What is refused is refused before anything is made again.
        found = replace(found, refused=impact(graph, meant.effects, today=asked.request.now.date()).refused)
    if not any(harm_of(e) is not None for e in lasting.effects) and not found.unsure:
        return _rebuilt(asked, services, lasting, refusals(found, sql.dialect))
    line = verdict_line(found)
    blocks: list[Block] = [Paragraph(line), *refusals(found, sql.dialect)]
    blocks += _what_it_does(graph, meant.effects)
    blocks += _inside(found)
    blocks += [Note((note,)) for note in lasting.notes]
    blocks += consumers_block(found, limit=WORST)
    blocks += readers_line(found.readers, limit=WORST)
    blocks += [Paragraph((sentence,)) for sentence in found.unsure if sentence not in plain(line)]
    blocks += _problems(meant.problems)
    near, corrections = _nearest(graph, sql, [target.key for target in found.targets if target.asset is None])
    blocks += near
    blocks += safe_order(found, sql.dialect)
    blocks.append(coverage_note(found.coverage, asked.request.now))
    known = [target.asset for target in found.targets if target.asset is not None]
    blocks.append(Choices((*corrections, *_announcing(sql, known), *_buttons(known).choices)))
    details = consumers_block(found, limit=50) if len(found.consumers) > WORST else ()
    return Reply(plain(line), tuple(blocks), details=details)


def _announcing(sql: Read, known: Sequence[Asset]) -> tuple[Choice, ...]:
    """Where somebody is there to be told. A form's command takes braces for the place of an answer."""
    if not known or len(sql.sql) > LONGEST_ON_A_BUTTON or _BRACES.search(sql.sql):
        return ()
    return (announcing(quoted(sql.sql)),)


def _inside(found: Impact) -> list[Block]:
    """What lies in a schema or database that would go."""
    held = [t.asset for t in found.targets if t.asset is not None and t.effect.target.holds(t.key)]
    return [Paragraph((Strong("Inside: "), f"{listed(tally(held))}, all of them included."))] if held else []


def _lasting(graph: GraphReader, effects: Sequence[Effect]) -> Net:
    if len(effects) < 2:
        return Net(tuple(effects))
    keys = {effect.target for effect in effects}
    return net(effects, graph.columns(keys), graph.assets(keys).keys())


def _with_problems(found: Impact, problems: Sequence[Problem]) -> Impact:
    """A part that was not understood and looks destructive takes the ground from under "no known consumer"."""
    if not _alarming(problems):
        return found
    said = "A part of it was not understood, and looks destructive."
    verdict = found.verdict if found.verdict is Verdict.BREAKS else Verdict.CANNOT_TELL
    return replace(found, verdict=verdict, unsure=(said, *found.unsure))


def _rebuilt(asked: Asked, services: Services, lasting: Net, refused: tuple[Block, ...]) -> Reply:
    text = "No known harm: what it takes away, it makes again. " + " ".join(lasting.notes)
    coverage = services.graph.coverage([effect.target for effect in lasting.effects])
    return Reply(text, (Paragraph((text,)), *refused, coverage_note(coverage, asked.request.now)))


def _what_it_does(graph: GraphReader, effects: Sequence[Effect]) -> list[Block]:
    known = graph.assets({effect.target for effect in effects})
    lines = tuple(effect_line(effect, known.get(effect.target)) for effect in effects[:LISTED])
    if len(effects) == 1:
        return [Paragraph((*lines[0], "."))]
    return [Items(lines, title="What it would do", more=max(0, len(effects) - LISTED), ordered=True)]


_SHOWS_OTHER_ROWS = (Action.DELETE, Action.UPDATE, Action.MERGE, Action.APPEND, Action.LOAD, Action.REFRESH)


def _changes(asked: Asked, services: Services, sql: Read) -> Reply:
    """It changes something and takes nothing away."""
    graph, effects = services.graph, sql.understanding.effects
    touched = list(dict.fromkeys(e.target for e in effects if e.action in _SHOWS_OTHER_ROWS))
    below = [step.asset for key in touched[:WORST] for step in walk(graph, key, Direction.DOWNSTREAM).steps]
    if below:
        text = f"Breaks no query that I know of; what it changes is shown by {listed(tally(dict.fromkeys(below)))}."
    else:
        text = "Takes nothing away that I know of."
    blocks: list[Block] = [Paragraph((text,)), *_what_it_does(graph, effects), *_problems(sql.understanding.problems)]
    blocks.append(coverage_note(graph.coverage(touched), asked.request.now))
    return Reply(text, tuple(blocks))


def _reads_only(asked: Asked, services: Services, sql: Read) -> Reply:
    graph, meant = services.graph, sql.understanding
    text = "Reads only, changes nothing."
    columns: dict[AssetKey, dict[str, None]] = {}
    for read in meant.reads:
        there = columns.setdefault(read.asset, {})
        if read.column is not None and read.column != ANY_COLUMN:
            there[read.column] = None
    known = graph.assets(columns)
    items = tuple(_read_line(key, known.get(key), list(names)) for key, names in list(columns.items())[:LISTED])
    blocks: list[Block] = [Paragraph((Strong(text),))]
    if items:
        blocks.append(Items(items, title="What it reads", more=max(0, len(columns) - LISTED)))
    blocks += _problems(meant.problems)
    near, corrections = _nearest(graph, sql, [key for key in columns if key not in known])
    blocks += [*near, coverage_note(graph.coverage(columns), asked.request.now)]
    blocks.append(Choices((*corrections, *_buttons(list(known.values())).choices)))
    return Reply(text, tuple(blocks))


def _read_line(key: AssetKey, asset: Asset | None, columns: Sequence[str]) -> Words:
    shown: Words = (": ", *joined((Mono(column),) for column in columns[:6])) if columns else ()
    more = (f" and {len(columns) - 6} more",) if len(columns) > 6 else ()
    kind = f" {asset.kind}" if asset is not None else " (unknown to me)"
    return (Mono(asset.title if asset is not None else short(key)), kind, *shown, *more)


def _nearest(graph: GraphReader, sql: Read, unknown: Sequence[AssetKey]) -> tuple[list[Block], list[Choice]]:
    """For names that nobody knows: a sentence each, and the nearest ones as buttons that check the corrected SQL."""
    blocks: list[Block] = []
    choices: list[Choice] = []
    for key in unknown[:WORST]:
        near = [asset for asset in graph.search(short(key), limit=WORST).assets if asset.key != key]
        said = " Did you mean one of these?" if near else ""
        blocks.append(Paragraph(("I do not know ", Mono(short(key)), f".{said}")))
        choices += [Choice(asset.title, line) for asset in near if (line := _corrected(sql.sql, key, asset))]
    return blocks, choices


def _corrected(sql: str, wrong: AssetKey, right: Asset) -> str | None:
    """`check` with the one name put right; None where it is not spelled plainly, or too long for a button."""
    for written in (short(wrong), wrong.name):
        fixed, n = re.subn(rf"(?<![\w.]){re.escape(written)}(?![\w.])", right.title, sql, flags=re.IGNORECASE)
        if n and len(fixed) <= LONGEST_ON_A_BUTTON:
            return f"check {fixed}"
    return None


def _buttons(assets: Sequence[Asset]) -> Choices:
    if len(assets) == 1:
        key = assets[0].key
        return Choices((Choice("Lineage", key_line("lineage", key)), Choice("Who reads it", key_line("readers", key))))
    return Choices(tuple(Choice(f"Lineage of {a.title}", key_line("lineage", a.key)) for a in assets[:WORST]))


def _before_buttons(blocks: tuple[Block, ...], notes: tuple[Block, ...]) -> tuple[Block, ...]:
    if blocks and isinstance(blocks[-1], Choices):
        return (*blocks[:-1], *notes, *([blocks[-1]] if blocks[-1].choices else []))
    return (*blocks, *notes)


COMMAND = Command(
    word="check",
    asks_graph=True,
    aliases=("impact", "sql"),
    answer=answer,
    usage="check <sql>",
    help="what a statement would break, and for whom, before you run it",
    more=("Nothing is run.", "In a DM the SQL alone is enough; code fences and several statements are fine."),
    examples=("check DROP TABLE marts.revenue", "check ALTER TABLE raw.orders DROP COLUMN status"),
    takes_sql=True,
)
