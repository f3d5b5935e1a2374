"""The safe order of work before a statement, and the way back if it goes wrong: one table by action.

Postgres has no undrop and no time travel (sources/postgres.md §f), so the way back must be made before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lineagebot.graph.impact import Impact, Verdict
from lineagebot.model import Action, AssetKind, Effect
from lineagebot.policy.say import WORST, count, joined, listed, people, short
from lineagebot.reply import Block, Code, Items, Paragraph, Strong, Words


@dataclass(frozen=True, slots=True)
class Way:
    """How to get there without harm: steps after the people were told, in order; {name} is the target."""

    steps: tuple[str, ...]
    #: One sentence on the way back.
    back: str
    #: What to paste before; "" where nothing is needed.
    first: str = ""


_DUMP = "pg_dump --table={dump} --file={file}.sql {database}"
_GONE = "Postgres has no undrop: what is gone comes back only from a backup, so take one first:"

_WAYS: Mapping[Action, Way] = {
    Action.DROP: Way(
        (
            "Move what uses it, the nearest first.",
            "Rename it and wait a week: a rename is undone in a second.",
            "Drop it.",
        ),
        _GONE,
        _DUMP,
    ),
    Action.TRUNCATE: Way(
        ("Do it in a transaction with the load that fills it again, so that nobody sees it empty.",),
        "Postgres does not bring rows back after COMMIT, so keep a copy first:",
        "CREATE TABLE {name}_before AS TABLE {name};",
    ),
    Action.DELETE: Way(
        ("Delete inside a transaction, count what is left, then COMMIT.",),
        "Postgres does not bring rows back after COMMIT, so keep a copy first:",
        "CREATE TABLE {name}_before AS TABLE {name};",
    ),
    Action.UPDATE: Way(
        ("Update inside a transaction, look at the result, then COMMIT.",),
        "Postgres keeps no old values after COMMIT, so keep a copy first:",
        "CREATE TABLE {name}_before AS TABLE {name};",
    ),
    Action.DROP_COLUMN: Way(
        ("Move what uses the column, the nearest first.", "Drop the column once nobody reads it."),
        "Postgres has no undrop for columns: their values come back only from a backup, so take one first:",
        _DUMP,
    ),
    Action.RENAME_COLUMN: Way(
        ("Add the column under its new name beside the old one.", "Move what uses it.", "Drop the old one."),
        "Nothing is lost: renaming it back undoes it.",
    ),
    Action.RETYPE_COLUMN: Way(
        ("Add a column of the new type beside the old one.", "Move what uses it.", "Drop the old one."),
        "What a narrower type cuts off does not come back, so take a backup first:",
        _DUMP,
    ),
    Action.RENAME: Way(
        ("Rename it and leave a view under the old name.", "Move what uses the old name.", "Drop that view."),
        "Nothing is lost: renaming it back undoes it.",
    ),
    Action.SET_SCHEMA: Way(
        ("Move it and leave a view under the old name.", "Move what uses the old name.", "Drop that view."),
        "Nothing is lost: moving it back undoes it.",
    ),
    Action.REPLACE: Way(
        ("Keep the old columns until nobody uses them.", "Then replace it without them."),
        "Keep the text of what it replaces: it is the only way back.",
    ),
}
_SCHEMA_DUMP = "pg_dump --schema={dump} --file={file}.sql {database}"
_OTHERWISE = Way((), "Make sure that a backup from before it is at hand.")


def way_of(effect: Effect, dialect: str) -> Way:
    way = _WAYS.get(effect.action, _OTHERWISE)
    if dialect != "postgres":
        return Way(way.steps, "Make sure that a backup from before it is at hand.")
    if effect.action is Action.DROP and effect.kind is AssetKind.SCHEMA:
        return Way(way.steps, way.back, _SCHEMA_DUMP)
    if effect.action is Action.DROP and effect.kind in (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW):
        return Way(
            way.steps, "A view holds no rows of its own; keep its text first:", "SELECT pg_get_viewdef('{name}', true);"
        )
    return way


def safe_order(impact: Impact, dialect: str) -> tuple[Block, ...]:
    """Whom to tell, what to move, then the statement; and the way back. () where nothing would be hurt."""
    if all(target.asset is None for target in impact.targets) and not impact.consumers:
        return ()
    effects = _worst_first(impact)
    blocks: list[Block] = []
    steps = [*_tell(impact), *((step,) for step in way_of(effects[0], dialect).steps)]
    if steps and impact.verdict is not Verdict.NO_KNOWN_CONSUMER:
        blocks.append(Items(tuple(steps), title="The safe order of work", ordered=True))
    for effect in effects[:WORST]:
        way = way_of(effect, dialect)
        lead = "Way back: " if len(effects) == 1 else f"Way back for {short(effect.target)}: "
        blocks.append(Paragraph((Strong(lead), way.back)))
        if way.first:
            language = "sql" if way.first.startswith(("CREATE", "SELECT")) else "sh"
            blocks.append(Code(_filled(way.first, effect), language=language))
    return tuple(blocks)


def _worst_first(impact: Impact) -> list[Effect]:
    """Each effect once, the one that hurts the loudest consumer first."""
    by_target = {target.key: target.effect for target in impact.targets}
    hurting = [by_target[c.path[0]] for c in impact.consumers if c.path[0] in by_target]
    return list(dict.fromkeys([*hurting, *by_target.values()]))


def _tell(impact: Impact) -> Sequence[Words]:
    """The people: owners of what is hit and of what breaks, then those who read it."""
    owners = {owner.id: owner for target in impact.targets for owner in target.owners}
    owners |= {owner.id: owner for consumer in impact.consumers for owner in consumer.owners}
    answerable = list(owners.values())[:6]
    named = {owner.name for owner in answerable}
    readers = [r.person.name for r in impact.readers if not r.via_machine and r.person.name not in named]
    groups: list[Words] = (
        [(*people(answerable), " (owner)" if len(answerable) == 1 else " (owners)")] if answerable else []
    )
    if readers:
        shown = readers if len(readers) <= 3 else [*readers[:2], count(len(readers) - 2, "other")]
        groups.append((f"{listed(shown)} ({'reads' if len(readers) == 1 else 'read'} it)",))
    return [("Tell ", *joined(groups, ", then "), ".")] if groups else []


def _filled(template: str, effect: Effect) -> str:
    name = short(effect.target) if effect.kind is not AssetKind.SCHEMA else effect.target.name
    database = effect.target.path[0] if len(effect.target.path) > 1 else effect.target.name
    return template.format(name=name, dump=name, file=name, database=database)
