"""`readers <name>`, `who reads <name>`: people first, then machines, then what is built straight on it."""

from __future__ import annotations

from datetime import date, timedelta

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.naming import find, key_line
from lineagebot.commands.services import Services
from lineagebot.graph.doubt import blind_spots
from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.graph.scans import counted, unexplained
from lineagebot.graph.traverse import walk
from lineagebot.graph.usage import READER_DAYS, Reader, readers
from lineagebot.model import Asset, Coverage
from lineagebot.policy.say import count, coverage_note, day, listed, reader_line, tally
from lineagebot.reply import Block, Choice, Choices, Heading, Items, Paragraph, Reply, Strong

PAGE = 20
LONGEST_DAYS = 400


def answer(asked: Asked, services: Services) -> Reply:
    found = find(services.graph, asked.said.name, lambda name: f"readers {name}")
    if isinstance(found, Reply):
        return found
    today = asked.request.now.date()
    days = min(asked.said.number("days", READER_DAYS), LONGEST_DAYS)
    since = today - timedelta(days=days)
    seen = readers(services.graph, found.key, since=since, today=today)
    built = walk(services.graph, found.key, Direction.DOWNSTREAM, depth=1)
    blocks: list[Block] = [Heading(f"Who reads {found.title}")]
    nobody = "" if seen else _sentence_for_nobody(found, services.graph, built.coverage, days, today)
    blocks += _list(seen, asked.said.number("page", 1), today) if seen else [Paragraph((nobody,))]
    if built.steps:
        straight = listed(tally(step.asset for step in built.steps))
        blocks.append(Paragraph((Strong("Built directly on it: "), f"{straight}.")))
    blocks.append(coverage_note(built.coverage, asked.request.now))
    blocks.append(_buttons(found, seen, asked.said.number("page", 1), days))
    return Reply(f"{found.title}: {nobody or _summary(seen, days)}", tuple(blocks))


def _summary(seen: tuple[Reader, ...], days: int) -> str:
    persons = [reader for reader in seen if not reader.via_machine]
    machines = len(seen) - len(persons)
    parts = [count(len(persons), "person", "people")] if persons else []
    if machines:
        parts.append(count(machines, "machine account"))
    names = f" ({', '.join(reader.person.name for reader in persons[:3])})" if persons else ""
    verb = "reads" if len(seen) == 1 else "read"
    return f"{listed(parts)} {verb} it{names}, in the last {days} days."


def _list(seen: tuple[Reader, ...], number: int, today: date) -> list[Block]:
    persons = [reader for reader in seen if not reader.via_machine]
    machines = [reader for reader in seen if reader.via_machine]
    shown = seen[(number - 1) * PAGE : number * PAGE]
    blocks: list[Block] = []
    for title, group in ((count(len(persons), "person", "people"), persons), (_machines(len(machines)), machines)):
        here = [reader for reader in group if reader in shown]
        if here:
            blocks.append(Items(tuple(reader_line(reader, today=today) for reader in here), title=title))
    return blocks


def _machines(n: int) -> str:
    return count(n, "machine account")


def _sentence_for_nobody(asset: Asset, graph: GraphReader, coverage: Coverage, days: int, today: date) -> str:
    """Not seen is not none: what was looked at stands beside it, and what the system's own counters say against it."""
    system = asset.key.system
    if any(source.system == system and source.is_declared for source in coverage.sources):
        return f"{system} is declared by hand and has no log, so who opens it is not known."
    since = (today if coverage.as_of is None else coverage.as_of.date()) - timedelta(days=days)
    if any(source.system == system and source.has_no_log for source in coverage.sources):
        return f"{system} tells of nobody who opened it in {days} days."
    hints = unexplained(graph, [asset], coverage, since=since)
    if coverage.as_of is None:
        little = "No reader seen, but not every log was read yet, so that says little."
        return f"{little} {counted(hints[0])}" if hints else little
    logged = [s.log_from.date() for s in coverage.sources if s.system == system and s.log_from is not None]
    since = max([since, *logged])
    if blind := blind_spots(coverage, {system}, today):
        return f"No reader seen, but that proves little: {blind[0]}"
    if hints:
        return f"No reader seen in the log since {day(since)}, but {counted(hints[0])}"
    return f"No reader seen since {day(since)}, in the logs that I read."


def _buttons(asset: Asset, seen: tuple[Reader, ...], number: int, days: int) -> Choices:
    choices = [Choice("Lineage", key_line("lineage", asset.key))]
    left = len(seen) - number * PAGE
    if left > 0:
        page = ("--page", str(number + 1))
        choices.insert(0, Choice(f"+{min(left, PAGE)} more", key_line("readers", asset.key, *page)))
    if days < 90:
        choices.append(Choice("Last 90 days", key_line("readers", asset.key, "--days", "90")))
    return Choices(tuple(choices))


COMMAND = Command(
    word="readers",
    asks_graph=True,
    answer=answer,
    usage="who reads <name> [--days 90]",
    help="the people (and machines) whose queries read it",
    examples=("who reads marts.revenue", "readers marts.revenue --days 90"),
)
