"""`lineage <name>`: what it is built from and what is built on it, dashboards and people first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.grammar import quoted
from lineagebot.commands.naming import find, key_line
from lineagebot.commands.services import Services
from lineagebot.errors import BadRequest
from lineagebot.graph.reader import Direction, GraphReader, KnowsFacts, KnowsUnmatched
from lineagebot.graph.traverse import CAP, Lineage, Step, walk
from lineagebot.graph.usage import READER_DAYS, readers
from lineagebot.model import Asset, AssetKey, AssetKind, Layer, Owner
from lineagebot.policy.say import (
    WORST,
    count,
    coverage_note,
    day,
    joined,
    listed,
    mention,
    name_of,
    people,
    short,
    tally,
)
from lineagebot.reply import (
    Block,
    Choice,
    Choices,
    Facts,
    Field,
    Form,
    Heading,
    Items,
    Mono,
    Note,
    Paragraph,
    Reply,
    Span,
    Strong,
    Words,
)

_KINDS = tuple(AssetKind)
#: Lines on one page of a long list.
PAGE = 20

_WORDS = {Direction.DOWNSTREAM: "Downstream", Direction.UPSTREAM: "Upstream"}
#: How people call a layer, after "as ... sees it".
LAYER_NAMES = {
    Layer.QUERY: "the query log",
    Layer.CATALOG: "the catalog",
    Layer.DECLARED: "what people declared",
    Layer.NATIVE: "the warehouse's own lineage",
    Layer.DBT: "dbt",
    Layer.ORCHESTRATION: "the orchestrator",
    Layer.BI: "BI",
}
#: Other words for a layer.
LAYER_WORDS = {"log": "query", "views": "catalog", "manual": "declared", "airflow": "orchestration", "looker": "bi"}
#: What systems tell beyond edges and an answer shows, with the words before it.
TOLD = {
    "dbt": "dbt",
    "tests": "Tests",
    "freshness": "Freshness",
    "last run": "Last run",
    "deprecated from": "Deprecated from",
    "maturity": "Maturity",
}
_NONE = {
    Direction.DOWNSTREAM: "Nothing known is built on it.",
    Direction.UPSTREAM: "Nothing known feeds it.",
}


def answer(asked: Asked, services: Services) -> Reply:
    one_way = next((d for d in Direction if asked.said.has(d.value)), None)
    layer = _layer(asked)
    found = find(services.graph, asked.said.name, lambda name: f"lineage {name}")
    if isinstance(found, Reply):
        return found
    if one_way is not None:
        return _page(asked, services, found, one_way, asked.said.number("page", 1), layer)
    return _both_ways(asked, services, found, layer)


def _layer(asked: Asked) -> Layer | None:
    """The layer that is asked for; None: all. Raises BadRequest."""
    said = asked.said.option("layer")
    if said is None:
        return None
    try:
        return Layer(LAYER_WORDS.get(said.lower(), said.lower()))
    except ValueError:
        raise BadRequest(f"--layer wants one of {listed([str(each) for each in Layer])}.") from None


def _both_ways(asked: Asked, services: Services, asset: Asset, layer: Layer | None) -> Reply:
    graph = services.graph
    down = walk(graph, asset.key, Direction.DOWNSTREAM, layer=layer)
    up = walk(graph, asset.key, Direction.UPSTREAM, layer=layer)
    owners = graph.owners([asset.key, *(step.asset.key for step in _in_order(down.steps)[:WORST])])
    blocks: list[Block] = [
        Heading(asset.title if layer is None else f"{asset.title}, as {LAYER_NAMES[layer]} sees it"),
        Paragraph(_facts(services, asset, owners.get(asset.key, ()), asked.request.now.date())),
    ]
    told = facts_of(graph, asset.key)
    if description := asset.description or told.get("description"):
        blocks.append(Paragraph((description,)))
    if pairs := tuple((title, (told[name],)) for name, title in TOLD.items() if name in told):
        blocks.append(Facts(pairs))
    blocks += [_near(down, owners, layer), _near(up, {}, layer)]
    blocks += _unmatched(graph, asset, up)
    blocks.append(coverage_note(down.coverage, asked.request.now))
    blocks.append(_buttons(asset, down, up, owners.get(asset.key, ()), layer))
    summary = f"{asset.title} ({asset.kind}): {_told(down)} downstream, {_told(up)} upstream."
    return Reply(summary, tuple(blocks))


def facts_of(graph: GraphReader, key: AssetKey) -> dict[str, str]:
    """What systems tell of it, by name; the first one's word where several tell the same."""
    told = graph.facts([key]).get(key, ()) if isinstance(graph, KnowsFacts) else ()
    return {fact.name: fact.value for fact in reversed(told)}


def _told(lineage: Lineage) -> str:
    if not lineage.steps:
        return "nothing known"
    more = "more than " if lineage.cut else ""
    here = [step.asset for step in lineage.steps if step.asset.gone_at is None]
    gone = len(lineage.steps) - len(here)
    return more + listed((*tally(here), *([f"{gone:,} that {'is' if gone == 1 else 'are'} gone"] if gone else [])))


def _facts(services: Services, asset: Asset, owners: Sequence[Owner], today: date) -> Words:
    """What it is and whose, in one line."""
    said: list[Words] = [(str(asset.kind).capitalize(),)]
    said.append(("owner ", *people(owners)) if owners else ("nobody was named as its owner yet",))
    if (seen := _people_reading(services, asset, today)) is not None:
        said.append((seen,))
    if tags := services.graph.tags([asset.key]).get(asset.key, ()):
        said.append(("tagged ", *joined((Mono(tag),) for tag in tags)))
    if asset.gone_at is not None:
        said.append((f"gone since {day(asset.gone_at)}",))
    return joined(said, " · ")


def _people_reading(services: Services, asset: Asset, today: date) -> str | None:
    """How many people were seen reading it lately; None where nobody was, which proves nothing."""
    seen = readers(services.graph, asset.key, since=today - timedelta(days=READER_DAYS), today=today)
    persons = [reader for reader in seen if not reader.via_machine]
    return f"read by {count(len(persons), 'person', 'people')} in {READER_DAYS} days" if persons else None


def _nothing(direction: Direction, layer: Layer | None) -> str:
    """One layer's silence is not the graph's."""
    if layer is None:
        return _NONE[direction]
    return f"{LAYER_NAMES[layer]} tells of nothing; other layers may."


def _near(lineage: Lineage, owners: dict[AssetKey, tuple[Owner, ...]] | object, layer: Layer | None = None) -> Block:
    """The worst three of one direction, in the message itself."""
    way = _WORDS[lineage.direction]
    if not lineage.steps:
        return Paragraph((Strong(f"{way}: "), _nothing(lineage.direction, layer)))
    ordered = _in_order(lineage.steps)
    named = owners if isinstance(owners, dict) else {}
    return Items(
        tuple(_line(lineage, step, named.get(step.asset.key, ())) for step in ordered[:WORST]),
        title=f"{way}: {_told(lineage)}",
        more=len(ordered) - WORST if len(ordered) > WORST else 0,
    )


def _unmatched(graph: GraphReader, asset: Asset, up: Lineage) -> list[Block]:
    """What is read above it in another system and was not found there: that way the walk is not at its end."""
    if not isinstance(graph, KnowsUnmatched):
        return []
    titles = {asset.key: asset.title} | {step.asset.key: step.asset.title for step in up.steps}
    lost = [(titles[key], name) for key, names in sorted(graph.unmatched(titles).items()) for name in names]
    if not lost:
        return []
    lines = tuple((f"{title} reads ", Mono(name)) for title, name in lost[:WORST])
    return [Items(lines, title="Read elsewhere, and not found there", more=max(0, len(lost) - WORST))]


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """What people open first, then the nearest; what is gone comes last."""
    return sorted(
        steps,
        key=lambda s: (
            s.asset.gone_at is not None,
            not s.asset.kind.is_read_by_people,
            s.depth,
            _KINDS.index(s.asset.kind),
            s.asset.title,
        ),
    )


def _line(lineage: Lineage, step: Step, owners: Sequence[Owner]) -> Words:
    spans: list[Span] = [name_of(step.asset), f" {step.asset.kind}"]
    if step.asset.gone_at is not None:
        spans.append(f" · gone since {day(step.asset.gone_at)}")
    if owners:
        spans += [" · owner ", *joined((mention(owner),) for owner in owners)]
    path = lineage.path_to(step.asset.key)[1:-1]
    if path:
        shown = path if lineage.direction is Direction.DOWNSTREAM else tuple(reversed(path))
        spans += [" · via ", *joined(((Mono(short(key)),) for key in shown), " → ")]
    return tuple(spans)


def _seen(step: Step) -> Words:
    """Which layers saw the last step to it, and when: the words of a page, where there is room."""
    said = [
        f"{LAYER_NAMES[layer].removeprefix('the ')}{f' {day(at)}' if at is not None else ''}" for layer, at in step.seen
    ]
    return (f" · seen by {listed(said)}",) if said else ()


def _buttons(asset: Asset, down: Lineage, up: Lineage, owners: Sequence[Owner], layer: Layer | None = None) -> Choices:
    choices = [
        Choice("Who reads it", key_line("readers", asset.key)),
        Choice("Set owner", form=owner_form(asset, owners)),
        Choice("Subscribe here", key_line("subscribe", asset.key)),
    ]
    for lineage in (down, up):
        if len(lineage.steps) > WORST:
            label = f"{_WORDS[lineage.direction]}: all {len(lineage.steps):,}{'+' if lineage.cut else ''}"
            choices.append(Choice(label, key_line("lineage", asset.key, f"--{lineage.direction}", *_asked_for(layer))))
    if asset.url:
        choices.append(Choice("Open", url=asset.url))
    return Choices(tuple(choices))


def _asked_for(layer: Layer | None) -> tuple[str, ...]:
    return () if layer is None else ("--layer", str(layer))


def owner_form(asset: Asset, owners: Sequence[Owner]) -> Form:
    """A modal whose answer completes `owner <name> …`."""
    now = f"Now: {listed([owner.name for owner in owners])}." if owners else "Nobody was named yet."
    return Form(
        title="Set owner",
        fields=(
            Field("person", "A person", kind="person", optional=True),
            Field("channel", "… or a channel", kind="channel", optional=True),
        ),
        command=f"owner {quoted(str(asset.key))} --set {{person}} {{channel}}",
        intro=("Who answers for ", Mono(asset.title), f"? {now}"),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    last: int
    steps: tuple[Step, ...]


def _page_of(steps: Sequence[Step], number: int) -> _Page:
    last = max(1, -(-len(steps) // PAGE))
    number = min(number, last)
    return _Page(number, last, tuple(steps[(number - 1) * PAGE : number * PAGE]))


def _page(
    asked: Asked, services: Services, asset: Asset, direction: Direction, number: int, layer: Layer | None
) -> Reply:
    lineage = walk(services.graph, asset.key, direction, layer=layer)
    way = _WORDS[direction]
    heading = f"{way} of {asset.title}" + (f", as {LAYER_NAMES[layer]} sees it" if layer else "")
    if not lineage.steps:
        nothing = _nothing(direction, layer)
        text = f"{heading}: {nothing}"
        note = coverage_note(lineage.coverage, asked.request.now)
        return Reply(text, (Heading(heading), Paragraph((nothing,)), note))
    page = _page_of(_in_order(lineage.steps), number)
    owners = services.graph.owners([step.asset.key for step in page.steps])
    items = Items(
        tuple((*_line(lineage, step, owners.get(step.asset.key, ())), *_seen(step)) for step in page.steps),
        title=_told(lineage) + (f"; page {page.number} of {page.last}" if page.last > 1 else ""),
    )
    blocks: list[Block] = [Heading(heading), items]
    if lineage.cut:
        blocks.append(Note((f"There are more than {CAP:,}; the nearest are shown.",)))
    blocks.append(coverage_note(lineage.coverage, asked.request.now))
    if turns := _turns(asset, direction, page, len(lineage.steps), layer):
        blocks.append(Choices(turns))
    return Reply(f"{heading}: {_told(lineage)}.", tuple(blocks))


def _turns(asset: Asset, direction: Direction, page: _Page, total: int, layer: Layer | None) -> tuple[Choice, ...]:
    turns: list[Choice] = []
    if page.number < page.last:
        left = min(PAGE, total - page.number * PAGE)
        turns.append(Choice(f"+{left} more", _turn(asset, direction, page.number + 1, layer)))
    if page.number > 1:
        turns.append(Choice("Back", _turn(asset, direction, page.number - 1, layer)))
    return tuple(turns)


def _turn(asset: Asset, direction: Direction, number: int, layer: Layer | None) -> str:
    return key_line("lineage", asset.key, f"--{direction}", "--page", str(number), *_asked_for(layer))


COMMAND = Command(
    word="lineage",
    asks_graph=True,
    aliases=("show",),
    answer=answer,
    usage="lineage <name> [--upstream | --downstream] [--layer dbt] [--page 2]",
    help="what a table or dashboard is built from, and what is built on it",
    more=("The word itself may be left out: a name alone is enough.", f"A walk ends after {count(CAP, 'thing')}."),
    examples=("lineage marts.revenue", "lineage the revenue dashboard", "lineage marts.revenue --upstream"),
)
