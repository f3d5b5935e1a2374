"""Who is hurt if this happens: the verdict on some effects, from the graph that remembers what stood there.

Three values, never "safe": breaks, no known consumer, cannot tell. A drop never deletes edges, so the same question is
answered before (a check in a DM) and after (the watcher).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from lineagebot.graph.reader import GraphReader
from lineagebot.graph.spread import Hit, Loss, Spread, spread
from lineagebot.graph.usage import READER_DAYS, Reader, readers_of
from lineagebot.model import (
    Action,
    Asset,
    AssetKey,
    AssetKind,
    Certainty,
    Coverage,
    Effect,
    Freshness,
    Owner,
)

#: As many assets of a dropped schema or database as one impact looks at.
INSIDE = 1000
#: An edge that was not at work for longer is said with its age; it still counts (a quarterly report is a consumer).
STALE_AFTER = timedelta(days=30)
#: A log last read longer ago than this is no ground for "nobody uses it".
LOG_TOO_OLD = timedelta(days=2)


class Verdict(StrEnum):
    BREAKS = "breaks"
    #: Nobody was seen to use it, and the graph is fresh enough to say that much.
    NO_KNOWN_CONSUMER = "no known consumer"
    CANNOT_TELL = "cannot tell"


class Harm(StrEnum):
    """What becomes of one consumer."""

    #: Its query fails, or it is built from what is gone.
    BREAKS = "breaks"
    #: The database takes it along (CASCADE, or it lies inside the dropped schema).
    DROPPED = "goes with it"
    #: It keeps working and shows nothing.
    EMPTIES = "shows no rows"
    #: It keeps working and shows other values.
    CHANGES = "shows other values"
    #: It is bound to the object itself and follows the rename, under its old names.
    FOLLOWS = "follows the rename"


@dataclass(frozen=True, slots=True)
class Target:
    """One asset that an effect hits. An effect on a schema has a target for each asset inside."""

    key: AssetKey
    #: None where the graph has never heard of it.
    asset: Asset | None
    effect: Effect
    owners: tuple[Owner, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consumer:
    """Something downstream that is hurt, or may be."""

    asset: Asset
    #: BREAKS, or CANNOT_TELL where it lies downstream but nobody knows which columns it uses.
    verdict: Verdict
    #: From the target to this consumer, both included; the shortest.
    path: tuple[AssetKey, ...]
    #: The columns of the target that it uses, as far as they are known.
    columns: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    readers_30d: int = 0
    last_read: date | None = None
    #: When the edge it hangs on was last seen at work; None where it is no fact of a log.
    last_seen: datetime | None = None
    harm: Harm = Harm.BREAKS
    #: Days since `last_seen` where that is long ago (a quarterly report is a consumer); None where it is fresh.
    stale_days: int | None = None


class RefusalKind(StrEnum):
    """Why the database itself would not run the statement as it is written."""

    #: Bound views depend on it, and there is no CASCADE.
    DEPENDENTS = "dependents"
    #: ... and CASCADE does not exist for it (a change of type, a lossy CREATE OR REPLACE VIEW).
    DEPENDENTS_NO_CASCADE = "dependents, no cascade"
    #: CREATE OR REPLACE VIEW may only add columns at the end.
    REPLACE_LOSES_COLUMNS = "replace loses columns"
    #: A schema that holds something is dropped only with CASCADE.
    NOT_EMPTY = "not empty"
    #: It is gone already.
    GONE = "gone"
    #: DROP TABLE on a view, DROP VIEW on a table.
    OTHER_KIND = "other kind"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Postgres (and Redshift) would refuse; other systems know no bound views."""

    target: AssetKey
    kind: RefusalKind
    effect: Effect
    #: What stands in the way.
    dependents: tuple[Asset, ...] = ()
    #: What the target is, where that is the reason.
    is_a: AssetKind | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What some effects do to everything downstream."""

    targets: tuple[Target, ...]
    verdict: Verdict
    #: Dashboards first, then what people opened most, then the nearest.
    consumers: tuple[Consumer, ...]
    #: Who reads the targets themselves; people before machines.
    readers: tuple[Reader, ...]
    coverage: Coverage
    #: Sentences: why the verdict is less sure than it looks.
    unsure: tuple[str, ...] = ()
    #: True where a cap ended the walk: there are more consumers than these.
    cut: bool = False
    #: What the database itself would refuse.
    refused: tuple[Refusal, ...] = ()
    #: What would follow a rename unharmed: bound views.
    followers: tuple[Consumer, ...] = ()

    @property
    def dashboards(self) -> tuple[Consumer, ...]:
        """The consumers that a person opens."""
        return tuple(c for c in self.consumers if c.asset.kind.is_read_by_people)


#: What each action does to whoever uses its target. What is not listed (create, append, grant ...) hurts nobody.
_HARMS: Mapping[Action, Harm] = {
    Action.DROP: Harm.BREAKS,
    Action.RENAME: Harm.BREAKS,
    Action.SET_SCHEMA: Harm.BREAKS,
    Action.REPLACE: Harm.BREAKS,
    Action.DROP_COLUMN: Harm.BREAKS,
    Action.RENAME_COLUMN: Harm.BREAKS,
    Action.RETYPE_COLUMN: Harm.BREAKS,
    Action.REVOKE: Harm.BREAKS,
    Action.TRUNCATE: Harm.EMPTIES,
    Action.DELETE: Harm.EMPTIES,
    Action.UPDATE: Harm.CHANGES,
    Action.OVERWRITE: Harm.CHANGES,
    Action.SWAP: Harm.CHANGES,
    Action.DROP_PARTITION: Harm.CHANGES,
}
#: Only some columns are hurt.
_BY_COLUMN = (Action.REPLACE, Action.DROP_COLUMN, Action.RENAME_COLUMN, Action.RETYPE_COLUMN)
#: A change to one of these keeps every value; from → to.
_WIDER = frozenset({
    ("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint"), ("int", "bigint"), ("smallint", "int"),
    ("real", "double precision"), ("varchar", "text"), ("character varying", "text"), ("date", "timestamp"),
    ("integer", "numeric"), ("int", "numeric"), ("bigint", "numeric"),
})  # fmt: skip
#: A bound view follows the object, so these leave it unharmed.
_RENAMES = (Action.RENAME, Action.SET_SCHEMA, Action.RENAME_COLUMN)
#: A statement with a predicate hurts nobody that we could name.
_ONLY_EVERY_ROW = (Action.DELETE, Action.UPDATE)
_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)
_VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)


def harm_of(effect: Effect) -> Harm | None:
    """What an effect does to those who use its target; None where it hurts nobody."""
    if effect.temporary or (effect.action in _ONLY_EVERY_ROW and not effect.every_row):
        return None
    if effect.action is Action.REPLACE and not effect.columns:
        return None
    return _HARMS.get(effect.action)


def impact(
    reader: GraphReader,
    effects: Sequence[Effect],
    *,
    today: date,
    before: datetime | None = None,
    without: Collection[tuple[str, str]] = (),
) -> Impact:
    """Who is hurt by these effects.

    `before`: the moment the statement ran, where it already did; the graph is then taken as it stood, so that a drop
    cannot hide what it took along. `without`: (system, login) pairs whose own reading does not count.
    """
    harmful = [effect for effect in effects if harm_of(effect) is not None]
    targets, cut = _targets(reader, harmful, before)
    spreads = [(group, _spread(reader, group, before)) for group in _groups(targets)]
    coverage = reader.coverage([target.key for target in targets])
    readers = _readers(reader, targets, today, frozenset(without))
    hits = _merge((target_harm, hit) for group, found in spreads for target_harm, hit in _harmed(group, found))
    own = {target.key for target in targets}
    consumers = _consumers(reader, [item for item in hits if item[1].asset.key not in own], today)
    followers = _consumers(reader, [(Harm.FOLLOWS, hit) for _, found in spreads for hit in found.followers], today)
    cut = cut or any(found.cut for _, found in spreads)
    unsure = _unsure(effects, targets, readers, coverage, today, cut=cut)
    return Impact(
        targets=targets,
        verdict=_verdict(targets, consumers, readers, unsure),
        consumers=consumers,
        readers=readers,
        coverage=coverage,
        unsure=unsure,
        cut=cut,
        refused=_refused(targets, spreads, before),
        followers=followers,
    )


def _targets(
    reader: GraphReader, effects: Sequence[Effect], before: datetime | None
) -> tuple[tuple[Target, ...], bool]:
    """The assets hit, those inside a schema one by one; and whether there were too many to look at."""
    hit: dict[AssetKey, Effect] = {}
    cut = False
    known = dict(reader.assets({effect.target for effect in effects}))
    for effect in effects:
        if effect.kind in _CONTAINERS:
            held = reader.inside(effect.target, limit=INSIDE, before=before)
            cut = cut or len(held) >= INSIDE
            known |= {asset.key: asset for asset in held}
            for asset in held:
                if asset.kind not in _CONTAINERS:
                    hit.setdefault(asset.key, effect)
        hit.setdefault(effect.target, effect)
    owners, tags = reader.owners(hit), reader.tags(hit)
    found = (Target(key, known.get(key), effect, owners.get(key, ()), tags.get(key, ())) for key, effect in hit.items())
    return tuple(found), cut


def _groups(targets: Iterable[Target]) -> list[tuple[Target, ...]]:
    """Targets whose losses spread by the same rules, so that one walk does for all of them."""
    groups: dict[tuple[object, ...], list[Target]] = defaultdict(list)
    for target in targets:
        effect = target.effect
        suspected = effect.certainty is Certainty.SUSPECTED
        rules = (harm_of(effect), effect.action, effect.cascade, suspected, _only_widens(effect))
        groups[rules].append(target)
    return [tuple(group) for group in groups.values()]


def _spread(reader: GraphReader, group: Sequence[Target], before: datetime | None) -> Spread:
    losses = [Loss(target.key, _lost_columns(target.effect)) for target in group]
    return spread(reader, losses, bound_follow=group[0].effect.action in _RENAMES, before=before)


def _lost_columns(effect: Effect) -> frozenset[str] | None:
    if effect.action not in _BY_COLUMN or not effect.columns:
        return None
    return frozenset(column.name for column in effect.columns)


def _harmed(group: Sequence[Target], found: Spread) -> Iterable[tuple[Harm, Hit]]:
    effect = group[0].effect
    harm, widens = harm_of(effect) or Harm.BREAKS, _only_widens(effect)
    for hit in found.hits:
        taken_along = hit.bound and effect.cascade and effect.action in (Action.DROP, Action.DROP_COLUMN)
        sure = hit.certain and effect.certainty is not Certainty.SUSPECTED and not widens
        yield (Harm.DROPPED if taken_along else harm), replace(hit, certain=sure)


def _only_widens(effect: Effect) -> bool:
    """True where every change of type keeps all values: what uses the column need not break."""
    kinds = [(_family(column.old_type), _family(column.new_type)) for column in effect.columns]
    return effect.action is Action.RETYPE_COLUMN and bool(kinds) and all(kind in _WIDER for kind in kinds)


def _family(type_name: str | None) -> str:
    """A type without its length."""
    return (type_name or "").lower().partition("(")[0].strip()


def _merge(harmed: Iterable[tuple[Harm, Hit]]) -> list[tuple[Harm, Hit]]:
    """One entry for each consumer: the worst of what happens to it, by the shortest path."""
    worst: dict[AssetKey, tuple[Harm, Hit]] = {}
    order = list(Harm)
    for harm, hit in harmed:
        there = worst.get(hit.asset.key)
        if there is None:
            worst[hit.asset.key] = (harm, hit)
            continue
        columns = tuple(sorted({*there[1].columns, *hit.columns}))
        rank = min((there, (harm, hit)), key=lambda h: (not h[1].certain, order.index(h[0]), len(h[1].path)))
        worst[hit.asset.key] = (rank[0], replace(rank[1], columns=columns))
    return list(worst.values())


def _consumers(reader: GraphReader, hits: Sequence[tuple[Harm, Hit]], today: date) -> tuple[Consumer, ...]:
    keys = [hit.asset.key for _, hit in hits]
    if not keys:
        return ()
    owners = reader.owners(keys)
    people: dict[AssetKey, set[str]] = defaultdict(set)
    last: dict[AssetKey, date] = {}
    for use in reader.uses(keys, since=today - timedelta(days=READER_DAYS)):
        if use.reads and use.column is None:
            last[use.asset] = max(use.day, last.get(use.asset, use.day))
            if not use.by_machine:
                people[use.asset].add(use.login)
    found = [
        Consumer(
            asset=hit.asset,
            verdict=Verdict.BREAKS if hit.certain else Verdict.CANNOT_TELL,
            path=hit.path,
            columns=hit.columns,
            owners=owners.get(hit.asset.key, ()),
            readers_30d=len(people[hit.asset.key]),
            last_read=last.get(hit.asset.key),
            last_seen=hit.last_seen,
            harm=harm,
            stale_days=_stale_days(hit.last_seen, today),
        )
        for harm, hit in hits
    ]
    return tuple(sorted(found, key=_loudest_first))


def _loudest_first(consumer: Consumer) -> tuple[bool, bool, int, int, str]:
    return (
        not consumer.asset.kind.is_read_by_people,
        consumer.verdict is not Verdict.BREAKS,
        -consumer.readers_30d,
        len(consumer.path),
        consumer.asset.title,
    )


def _stale_days(last_seen: datetime | None, today: date) -> int | None:
    if last_seen is None:
        return None
    age = today - last_seen.date()
    return age.days if age > STALE_AFTER else None


def _readers(
    reader: GraphReader, targets: Sequence[Target], today: date, without: frozenset[tuple[str, str]]
) -> tuple[Reader, ...]:
    """Who reads the targets; for a lost column, who reads that column, as far as columns were told apart."""
    keys = [target.key for target in targets]
    lost = {target.key: _lost_columns(target.effect) for target in targets}
    since = today - timedelta(days=READER_DAYS)
    return readers_of(reader, keys, since=since, today=today, columns=lost, without=without)


def _unsure(
    effects: Sequence[Effect],
    targets: Sequence[Target],
    readers: Sequence[Reader],
    coverage: Coverage,
    today: date,
    *,
    cut: bool,
) -> tuple[str, ...]:
    """Why "no known consumer" would be too much to say, a sentence each."""
    said: list[str] = []
    for effect in effects:
        if effect.temporary and effect.action in _HARMS:
            said.append(f"{effect.target.name} is a temporary table of the session, which the graph does not hold.")
        elif harm_of(effect) is not None and effect.certainty is Certainty.SUSPECTED:
            said.append(f"The text was not fully understood; it looks as if it would {effect.action} {_short(effect)}.")
        elif harm_of(effect) is not None and effect.certainty is Certainty.POSSIBLE:
            said.append(f"The {effect.action} of {_short(effect)} stands in a branch that may not run.")
        elif _only_widens(effect):
            said.append("A wider type seldom breaks a query, but what casts or compares it may notice.")
        elif effect.action is Action.REVOKE:
            said.append("Who loses the right cannot be told from the graph.")
    said += [
        f"{_short(target.effect)} is unknown to the graph."
        for target in targets
        if target.asset is None and target.effect.kind not in _CONTAINERS
    ]
    hit_somebody = bool(targets)
    if hit_somebody and readers and all(reader.via_machine for reader in readers):
        names = ", ".join(reader.person.name for reader in readers[:3])
        said.append(f"Only machine accounts read it ({names}); who stands behind them is not known.")
    if hit_somebody:
        said += blind_spots(coverage, {target.key.system for target in targets}, today)
    if cut:
        said.append("There is more downstream than was looked at.")
    return tuple(dict.fromkeys(said))


def _short(effect: Effect) -> str:
    return ".".join(effect.target.path[-2:])


def blind_spots(coverage: Coverage, systems: Collection[str], today: date) -> tuple[str, ...]:
    """What was not seen of these systems, a sentence each: the reasons why silence proves nothing."""
    by_system = {source.system: source for source in coverage.sources}
    said = [sentence for system in sorted(systems) if (sentence := _blind(system, by_system.get(system), today))]
    if coverage.not_understood_here == 1:
        said.append("1 statement that may touch it was not understood.")
    elif coverage.not_understood_here:
        said.append(f"{coverage.not_understood_here} statements that may touch it were not understood.")
    return tuple(said)


def _blind(system: str, source: Freshness | None, today: date) -> str | None:
    if source is None:
        return f"No source reads {system}."
    if source.watermark is None and source.inventory_at is None:
        return f"{system} was never read."
    if source.trouble:
        return f"{system} has trouble: {source.trouble}"
    if source.watermark is not None and today - source.watermark.date() > LOG_TOO_OLD:
        return f"The log of {system} was last read on {source.watermark:%-d %b %Y}."
    return None


def _verdict(
    targets: Sequence[Target], consumers: Sequence[Consumer], readers: Sequence[Reader], unsure: Sequence[str]
) -> Verdict:
    people = any(not reader.via_machine for reader in readers)
    certain = any(
        target.effect.certainty is not Certainty.SUSPECTED and not _only_widens(target.effect) for target in targets
    )
    if any(consumer.verdict is Verdict.BREAKS for consumer in consumers) or (people and certain):
        return Verdict.BREAKS
    if consumers or people or unsure:
        return Verdict.CANNOT_TELL
    return Verdict.NO_KNOWN_CONSUMER


def _refused(
    targets: Sequence[Target], spreads: Sequence[tuple[tuple[Target, ...], Spread]], before: datetime | None
) -> tuple[Refusal, ...]:
    """What would be refused; nothing where the statement already ran."""
    if before is not None:
        return ()
    said = [refusal for target in targets if (refusal := _refused_alone(target, targets)) is not None]
    for group, found in spreads:
        said += [refusal for target in group if (refusal := _refused_for_views(target, targets, found)) is not None]
    return tuple(said)


_DROPPED_AS = {
    AssetKind.TABLE: (AssetKind.TABLE, AssetKind.FOREIGN_TABLE),
    AssetKind.VIEW: (AssetKind.VIEW,),
    AssetKind.MATERIALIZED_VIEW: (AssetKind.MATERIALIZED_VIEW,),
}
_STORED = (AssetKind.TABLE, AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)


def _refused_alone(target: Target, targets: Sequence[Target]) -> Refusal | None:
    effect, asset = target.effect, target.asset
    if effect.kind in _CONTAINERS:
        inside = tuple(t.asset for t in targets if t.asset is not None and effect.target.holds(t.key))
        if target.key == effect.target and effect.kind is AssetKind.SCHEMA and inside and _is_plain_drop(effect):
            return Refusal(target.key, RefusalKind.NOT_EMPTY, effect, inside)
        return None
    if asset is None:
        return None
    if asset.gone_at is not None and not effect.if_exists:
        return Refusal(target.key, RefusalKind.GONE, effect)
    right = _DROPPED_AS.get(effect.kind, ())
    if effect.action is Action.DROP and right and asset.kind in _STORED and asset.kind not in right:
        return Refusal(target.key, RefusalKind.OTHER_KIND, effect, is_a=asset.kind)
    if effect.action is Action.REPLACE and asset.kind is AssetKind.VIEW:
        return Refusal(target.key, RefusalKind.REPLACE_LOSES_COLUMNS, effect)
    return None


def _is_plain_drop(effect: Effect) -> bool:
    return effect.action is Action.DROP and not effect.cascade


def _refused_for_views(target: Target, targets: Sequence[Target], found: Spread) -> Refusal | None:
    effect = target.effect
    dropped = {t.key for t in targets if t.effect.action is Action.DROP}
    views = tuple(
        hit.asset
        for hit in found.hits
        if hit.path == (target.key, hit.asset.key) and hit.bound and hit.certain and hit.asset.key not in dropped
    )
    if not views or effect.kind in _CONTAINERS:
        return None
    if effect.action in (Action.DROP, Action.DROP_COLUMN) and not effect.cascade:
        return Refusal(target.key, RefusalKind.DEPENDENTS, effect, views)
    if effect.action is Action.RETYPE_COLUMN:
        return Refusal(target.key, RefusalKind.DEPENDENTS_NO_CASCADE, effect, views)
    return None
