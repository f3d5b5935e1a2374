"""The words that answers and alerts share: what breaks, who reads it, who owns it, how much of it we can know.

People first, dashboards first, the worst few and how many more; unknown is never worded as none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from lineagebot.graph.impact import Consumer, Harm, Impact, Refusal, RefusalKind, Verdict
from lineagebot.graph.usage import READER_DAYS, Reader
from lineagebot.model import Action, Asset, AssetKey, AssetKind, Coverage, Effect, Freshness, Owner
from lineagebot.reply import Block, Items, Link, Mention, Moment, Mono, Note, Paragraph, Span, Strong, Words

#: How many are named before "and N more".
WORST = 3

#: What a statement would do to its target: "marts.revenue would be dropped".
WOULD: Mapping[Action, str] = {
    Action.CREATE: "would be created",
    Action.REPLACE: "would be replaced",
    Action.APPEND: "would get more rows",
    Action.OVERWRITE: "would be overwritten",
    Action.DELETE: "would lose rows",
    Action.UPDATE: "would be updated",
    Action.MERGE: "would be merged into",
    Action.TRUNCATE: "would be emptied",
    Action.DROP: "would be dropped",
    Action.UNDROP: "would be brought back",
    Action.RENAME: "would be renamed",
    Action.SWAP: "would be swapped",
    Action.SET_SCHEMA: "would move to another schema",
    Action.ADD_COLUMN: "would get a column more",
    Action.DROP_COLUMN: "would lose a column",
    Action.RENAME_COLUMN: "would have a column renamed",
    Action.RETYPE_COLUMN: "would have a column of another type",
    Action.DROP_PARTITION: "would lose a partition",
    Action.ALTER: "would be altered",
    Action.REFRESH: "would be refreshed",
    Action.CLONE: "would be cloned",
    Action.LOAD: "would be loaded",
    Action.EXPORT: "would be exported",
    Action.GRANT: "would be opened to more people",
    Action.REVOKE: "would be closed to some people",
    Action.CALL: "would be called",
    Action.RESTORE: "would be set back to an earlier state",
    Action.EXPIRE: "would vanish by itself, whole or in part",
    Action.FORGET: "would lose its history: no way back",
    Action.HIDE: "would hide rows or values from readers",
}

#: What happens to the consumers, as the title of their list.
_TITLES: Mapping[Harm, str] = {
    Harm.BREAKS: "What breaks",
    Harm.DROPPED: "What breaks",
    Harm.EMPTIES: "What goes empty",
    Harm.CHANGES: "What shows other values",
    Harm.FOLLOWS: "What follows the rename",
}
_LEADS: Mapping[Harm, str] = {
    Harm.BREAKS: "Breaks: ",
    Harm.DROPPED: "Breaks: ",
    Harm.EMPTIES: "Empties: ",
    Harm.CHANGES: "Changes what is shown by: ",
}
_SLACK_ID = re.compile(r"[UWCGS][A-Z0-9]{5,}")
#: From here on a time without its day would mislead.
_SAME_DAY = timedelta(hours=18)
#: Sources that were read this close together need one time, not one each.
_TOGETHER = timedelta(minutes=10)


def short(key: AssetKey) -> str:
    """The name as people type it: schema and table, without the database in front."""
    return ".".join(key.path[-2:])


def name_of(asset: Asset) -> Span:
    """A dashboard by its title (a link where it has a place to open), a table in the machine's spelling."""
    if asset.kind.is_read_by_people:
        return Link(asset.title, asset.url) if asset.url else Strong(asset.title)
    return Mono(asset.title)


def count(n: int, one: str, many: str | None = None) -> str:
    """ "1 table", "1,204 tables"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def joined(groups: Iterable[Words], between: str = ", ") -> Words:
    spans: list[Span] = []
    for group in groups:
        spans += [between, *group] if spans else group
    return tuple(spans)


def people(owners: Sequence[Owner]) -> Words:
    """Owners as mentions that ping nobody; () where there is none."""
    return joined((mention(owner),) for owner in owners)


def mention(owner: Owner, *, notify: bool = False) -> Mention:
    return Mention(owner.name, owner.id if _SLACK_ID.fullmatch(owner.id) else None, notify)


def is_slack_id(name: str) -> bool:
    """Whether it is Slack's own id of a person, a channel or a group."""
    return _SLACK_ID.fullmatch(name) is not None


def verdict_line(impact: Impact) -> Words:
    """The answer in one line; everything else only explains it."""
    people_reading = [r for r in impact.readers if not r.via_machine]
    match impact.verdict:
        case Verdict.BREAKS:
            harms = impact.harms(Verdict.BREAKS)
            harm = min(harms, key=list(Harm).index, default=_harm_to_readers(impact))
            hurt = [*tallied_by(impact.by_kind(Verdict.BREAKS))]
            if people_reading:
                hurt.append("the queries of " + count(len(people_reading), "person", "people"))
            return (Strong(_LEADS[harm]), f"{listed(hurt)}.")
        case Verdict.CANNOT_TELL:
            return (Strong("Cannot tell: "), _why_unsure(impact))
        case Verdict.NO_KNOWN_CONSUMER if impact.followers:
            bound = listed(tally([c.asset for c in impact.followers]))
            return (Strong("No known consumer by name: "), f"{bound} bound to the object itself would follow.")
        case Verdict.NO_KNOWN_CONSUMER:
            return (
                Strong("No known consumer: "),
                f"nothing downstream, and nobody seen reading it {_while_watched(impact)}.",
            )


def _while_watched(impact: Impact) -> str:
    """In the 30 days that are looked at, or since the log begins: what was before it nobody saw."""
    systems = {target.key.system for target in impact.targets}
    begins = [s.log_from for s in impact.coverage.sources if s.system in systems and s.log_from is not None]
    as_of = impact.coverage.as_of
    if begins and as_of is not None and as_of - max(begins) < timedelta(days=READER_DAYS):
        return f"since {day(max(begins))}, when the log begins"
    return f"in the last {READER_DAYS} days"


def _harm_to_readers(impact: Impact) -> Harm:
    emptied = (Action.TRUNCATE, Action.DELETE)
    return Harm.EMPTIES if all(t.effect.action in emptied for t in impact.targets) else Harm.BREAKS


def _why_unsure(impact: Impact) -> str:
    maybe = tallied_by(impact.by_kind(*Verdict))
    if maybe and not impact.unsure:
        return f"{listed(maybe)} downstream, and nobody knows which columns they use."
    if maybe:
        return f"{listed(maybe)} may be hurt. {impact.unsure[0]}"
    return impact.unsure[0] if impact.unsure else "the graph knows too little here."


def tally(assets: Iterable[Asset]) -> tuple[str, ...]:
    """How many of each kind, what people open first: ("2 dashboards", "1 view", "14 tables")."""
    return tallied_by(Counter(asset.kind for asset in assets))


def tallied_by(by_kind: Mapping[AssetKind, int]) -> tuple[str, ...]:
    """The same for what was counted already."""
    order = list(AssetKind)
    return tuple(
        count(n, _PLAIN.get(kind, str(kind))) for kind, n in sorted(by_kind.items(), key=lambda kn: order.index(kn[0]))
    )


_PLAIN = {AssetKind.OTHER: "thing of a kind unknown to me", AssetKind.MODEL: "model", AssetKind.FILE: "file"}


def consumers_block(impact: Impact, *, limit: int = WORST, tallied: bool = False) -> tuple[Block, ...]:
    """What breaks, the worst `limit` of them, then what only may break; () where nothing is known to.

    `tallied`: the title says how many of each kind, for where no verdict said so before.
    """
    sure = [c for c in impact.consumers if c.verdict is Verdict.BREAKS]
    maybe = [c for c in impact.consumers if c.verdict is not Verdict.BREAKS]
    # Which columns somebody uses is news only where columns are lost: of a dropped table all are.
    parts = frozenset(t.key for t in impact.targets if t.effect.columns and t.effect.action is not Action.DROP)
    blocks: list[Block] = []
    breaking, doubtful = impact.by_kind(Verdict.BREAKS), impact.by_kind(Verdict.CANNOT_TELL)
    if breaking:
        title = _TITLES[min(impact.harms(Verdict.BREAKS), key=list(Harm).index)]
        title = f"{title}: {listed(tallied_by(breaking))}" if tallied else title
        blocks.append(_items(title, sure, limit, parts, of=sum(breaking.values())))
    if doubtful:
        title = "What may break (nobody knows which columns it uses)"
        blocks.append(_items(title, maybe, limit, parts, of=sum(doubtful.values())))
    if impact.followers:
        blocks.append(_items(_TITLES[Harm.FOLLOWS], impact.followers, limit, parts, of=len(impact.followers)))
    return tuple(blocks)


def _items(title: str, consumers: Sequence[Consumer], limit: int, parts: frozenset[AssetKey], *, of: int) -> Items:
    shown = consumers[:limit]
    return Items(
        tuple(consumer_line(consumer, columns=consumer.path[0] in parts) for consumer in shown),
        title=title,
        more=of - len(shown),
    )


def consumer_line(consumer: Consumer, *, columns: bool = True) -> Words:
    """One consumer: name, kind, people, columns, the way to it, and its age where it is old."""
    said: list[Words] = [(name_of(consumer.asset), f" {consumer.asset.kind}")]
    if consumer.readers_30d:
        said.append((f"read by {count(consumer.readers_30d, 'person', 'people')}",))
    if consumer.owners:
        said.append(("owner ", *people(consumer.owners)))
    if columns and consumer.columns:
        said.append(("uses ", *joined((Mono(column),) for column in consumer.columns[:4]), *_and_more(consumer)))
    if len(consumer.path) > 2:
        said.append(("via ", *joined(((Mono(short(key)),) for key in consumer.path[1:-1]), " → ")))
    if consumer.harm is Harm.DROPPED:
        said.append(("CASCADE takes it along",))
    if consumer.stale_days is not None:
        said.append((f"last seen {consumer.stale_days} days ago",))
    return joined(said, " · ")


def _and_more(consumer: Consumer) -> Words:
    return (f" and {len(consumer.columns) - 4} more",) if len(consumer.columns) > 4 else ()


def readers_line(readers: Sequence[Reader], *, limit: int = WORST) -> tuple[Block, ...]:
    """Who reads it, in one line; () where nobody was seen."""
    if not readers:
        return ()
    named = joined((f"{r.person.name} ({count(r.reads, 'time')})",) for r in readers[:limit] if not r.via_machine)
    machines = [r.person.name for r in readers[:limit] if r.via_machine]
    if machines:
        named = joined(group for group in (named, (f"{listed(machines)} ({_machine(len(machines))})",)) if group)
    more = (f" and {len(readers) - limit} more",) if len(readers) > limit else ()
    return (Paragraph((Strong("Who reads it: "), *named, *more)),)


def readers_block(readers: Sequence[Reader], *, limit: int = WORST, today: date | None = None) -> tuple[Block, ...]:
    """Who reads it: people by name, machines after them; () where nobody was seen (the caller says since when)."""
    if not readers:
        return ()
    return (
        Items(
            tuple(reader_line(reader, today=today) for reader in readers[:limit]),
            title="Who reads it",
            more=max(0, len(readers) - limit),
        ),
    )


def _machine(n: int) -> str:
    return "a machine" if n == 1 else "machines"


def reader_line(reader: Reader, *, today: date | None = None) -> Words:
    machine = " (machine)" if reader.via_machine else ""
    return (Strong(reader.person.name), f"{machine} · {count(reader.reads, 'time')}, last {_last(reader.last, today)}")


def _last(when: date, today: date | None) -> str:
    if today is not None and (today - when).days in (0, 1):
        return ("today", "yesterday")[(today - when).days]
    return f"on {day(when)}"


def day(when: date) -> str:
    """ "12 Nov 2026"."""
    return f"{when.day} {when:%b %Y}"


def coverage_note(coverage: Coverage, now: datetime) -> Note:
    """How fresh and how complete the graph behind the answer is, in small print."""
    said: list[Words] = [_as_of(coverage, now)]
    said += [(f"{source.system} has trouble: {source.complaint}",) for source in coverage.sources if source.trouble]
    said += [(f"no log of {source.system} is read",) for source in coverage.sources if _only_listed(source)]
    if n := coverage.not_understood_here:
        said.append((f"{count(n, 'statement')} that may touch it {'was' if n == 1 else 'were'} not understood",))
    if n := coverage.unmatched_here:
        said.append(
            (f"{count(n, 'read')} of other systems {'names' if n == 1 else 'name'} a table like it, unmatched",)
        )
    if coverage.not_connected:
        said.append((f"not connected: {listed(coverage.not_connected)}",))
    return Note(joined(said, " · "))


def _only_listed(source: Freshness) -> bool:
    """Its catalog is known, and nothing of what people do there."""
    return source.is_unlogged and source.inventory_at is not None and not source.trouble


def _as_of(coverage: Coverage, now: datetime) -> Words:
    if not coverage.sources:
        return ("No source is connected, so nothing is known",)
    marks = {source.system: source.read_to for source in coverage.sources}
    never = [system for system, mark in marks.items() if mark is None]
    known = sorted(mark for mark in marks.values() if mark is not None)
    if not known:
        return (f"Nothing was read yet from {listed(never)}",)
    if known[-1] - known[0] <= _TOGETHER:
        said: Words = ("As of ", *moment(known[0], now))
    else:
        said = joined(
            (f"{_until(s)} ", *moment(marks[s.system] or now, now)) for s in coverage.sources if marks[s.system]
        )
        said = ("As of: ", *said)
    return (*said, f"; never read: {listed(never)}") if never else said


def _until(source: Freshness) -> str:
    return source.system


def moment(at: datetime, now: datetime) -> Words:
    """The time, with its day where that is not today's."""
    if abs(now - at) < _SAME_DAY:
        return (Moment(at, "clock"),)
    return (Moment(at, "date"), ", ", Moment(at, "time"))


#: Systems that know views bound to the object, and so refuse to pull it from under them.
_BINDING_DIALECTS = {"postgres": "Postgres", "redshift": "Redshift"}


def refusals(impact: Impact, dialect: str) -> tuple[Block, ...]:
    """What the database itself would refuse, with what would make it go through."""
    system = _BINDING_DIALECTS.get(dialect)
    if system is None:
        return ()
    return tuple(Paragraph(_refusal(refusal, system)) for refusal in impact.refused)


def _refusal(refusal: Refusal, system: str) -> Words:
    lead = Strong(f"{system} will refuse this: ")
    name = Mono(short(refusal.target))
    n = len(refusal.dependents)
    views = count(n, "view")
    match refusal.kind:
        case RefusalKind.DEPENDENTS:
            what = "the column" if refusal.effect.action is Action.DROP_COLUMN else "it"
            would = f"; with CASCADE it would take {'it' if n == 1 else 'them'} along."
            return (lead, f"{views} {_depend(n)} on {what} (", *_named(refusal.dependents), f"){would}")
        case RefusalKind.DEPENDENTS_NO_CASCADE:
            return (
                lead,
                f"{views} {_depend(n)} on the column (",
                *_named(refusal.dependents),
                "); drop and rebuild them.",
            )
        case RefusalKind.REPLACE_LOSES_COLUMNS:
            return (
                lead,
                "CREATE OR REPLACE VIEW can only add columns at the end; ",
                name,
                " would lose or retype some.",
            )
        case RefusalKind.NOT_EMPTY:
            held = count(n, "thing")
            return (lead, name, f" still holds {held}; with CASCADE it would take all of them along.")
        case RefusalKind.GONE:
            return (lead, name, " is gone already.")
        case RefusalKind.OTHER_KIND:
            kind = str(refusal.is_a or "other kind of thing")
            return (lead, name, f" is a {kind}; say DROP {kind.upper()}.")


def _depend(n: int) -> str:
    return "depends" if n == 1 else "depend"


def _named(assets: Sequence[Asset]) -> Words:
    named = joined((name_of(asset),) for asset in assets[:WORST])
    return (*named, f" and {len(assets) - WORST} more") if len(assets) > WORST else named


def effect_line(effect: Effect, asset: Asset | None) -> Words:
    """What the statement would do, in words: "marts.revenue (table) would be dropped"."""
    name = Mono(asset.title if asset is not None else short(effect.target))
    kind = asset.kind if asset is not None else effect.kind
    said: list[Span] = [name, f" ({kind}) {WOULD[effect.action]}"]
    if effect.columns and effect.action is Action.REPLACE:
        said.append(" and lose or retype")
    if effect.columns and effect.action is not Action.DROP:
        said += [": ", *joined(_column(c.name, c.renamed_to) for c in effect.columns[:5])]
    elif effect.renamed_to is not None:
        said += [" to ", Mono(short(effect.renamed_to))]
    if effect.action in (Action.DELETE, Action.UPDATE):
        said.append(", every row" if effect.every_row else ", where its condition holds")
    if effect.cascade:
        said.append(", with all that depends on it")
    return tuple(said)


def _column(name: str, renamed_to: str | None) -> Words:
    return (Mono(name), " → ", Mono(renamed_to)) if renamed_to else (Mono(name),)
