"""Who is hurt if this happens: the verdict on some effects, from the graph that remembers what stood there.

Three values, never "safe": breaks, no known consumer, cannot tell. A drop never deletes edges, so the same question is
answered before (a check in a DM) and after (the watcher).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from lineagebot.graph.doubt import blind_spots, unsure
from lineagebot.graph.harm import RENAMES, Harm, harm_of, lost_columns, only_widens
from lineagebot.graph.loss import Hit, Loss, Loudest, Spread
from lineagebot.graph.reader import GraphReader
from lineagebot.graph.refusal import refused
from lineagebot.graph.scans import Unexplained, unexplained
from lineagebot.graph.shapes import Beyond, Consumer, Impact, Refusal, RefusalKind, Target, Verdict
from lineagebot.graph.spread import spread
from lineagebot.graph.usage import READER_DAYS, Reader, readers_of
from lineagebot.model import Action, Asset, AssetKey, AssetKind, Certainty, Coverage, Effect, Use

__all__ = [
    "Beyond", "Consumer", "Harm", "Impact", "Refusal", "RefusalKind", "Target", "Verdict", "blind_spots", "harm_of",
    "impact",
]  # fmt: skip

#: As many assets of a dropped schema or database as one impact looks at.
INSIDE = 1000
#: Consumers that are told one by one; what a reader finds beyond them it may count.
TOLD = 50
#: An edge that was not at work for longer is said with its age; it still counts (a quarterly report is a consumer).
STALE_AFTER = timedelta(days=30)
_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)
#: (people who read it, when last) of what nobody was seen to read.
NOBODY: tuple[int, date | None] = (0, None)
#: Kind → (whether no person opens it, its place).
_KINDS = {kind: (not kind.is_read_by_people, place) for place, kind in enumerate(AssetKind)}


def impact(
    reader: GraphReader,
    effects: Sequence[Effect],
    *,
    today: date,
    before: datetime | None = None,
    without: Collection[tuple[str, str]] = (),
    spared: Collection[AssetKey] = (),
    past: Collection[AssetKey] = (),
) -> Impact:
    """Who is hurt by these effects.

    `before`: the moment the statement ran, where it already did; the graph is then taken as it stood, so that a drop
    cannot hide what it took along. `without`: (system, login) pairs whose own reading does not count. `spared`: what
    lay in a dropped schema and is no loss, because it stands again. `past`: what does not use the targets any more.
    """
    harmful = [effect for effect in effects if harm_of(effect) is not None]
    targets, cut = _targets(reader, harmful, before, frozenset(spared))
    own = {target.key for target in targets}.union(spared)
    groups = _groups(targets)
    # What several groups reach cannot be counted apart, and what would be refused is told in full.
    loudest = None
    if len(groups) == 1 and before is not None:
        loudest = Loudest(TOLD, today - timedelta(days=READER_DAYS), own)
    spreads = [(group, _spread(reader, group, before, past, loudest)) for group in groups]
    coverage = reader.coverage([target.key for target in targets])
    readers = _readers(reader, targets, today, frozenset(without))
    hits = [harmed for group, found in spreads for harmed in _harmed(group, found)]
    hits = _merge(hits) if len(spreads) > 1 else hits
    consumers = _consumers(
        reader, [(harm, hit) for harm, hit in hits if hit.asset.key not in own and _stood(hit.asset, before)], today
    )
    followers = _consumers(reader, [(Harm.FOLLOWS, hit) for _, found in spreads for hit in found.followers], today)
    cut = cut or any(found.cut for _, found in spreads)
    scans = () if consumers or readers else _scans(reader, targets, coverage, today, before)
    doubts = unsure(effects, targets, readers, coverage, today, cut=cut, scans=scans)
    return Impact(
        targets=targets,
        verdict=_verdict(targets, consumers, readers, doubts),
        consumers=consumers,
        readers=readers,
        coverage=coverage,
        unsure=doubts,
        cut=cut,
        refused=refused(targets, spreads, before),
        followers=followers,
        beyond=_beyond(spreads),
    )


def _stood(asset: Asset, before: datetime | None) -> bool:
    """Whether it stood just before: a scratch table that is long gone is not hurt any more. Its readers are counted."""
    return asset.gone_at is None or (before is not None and asset.gone_at >= before)


def _targets(
    reader: GraphReader, effects: Sequence[Effect], before: datetime | None, spared: frozenset[AssetKey]
) -> tuple[tuple[Target, ...], bool]:
    """The assets hit, those inside a schema one by one; and whether there were too many to look at."""
    hit: dict[tuple[AssetKey, Effect], None] = {}
    cut = False
    known = dict(reader.assets({effect.target for effect in effects}))
    for effect in effects:
        if effect.kind in _CONTAINERS:
            held = reader.inside(effect.target, limit=INSIDE, before=before)
            cut = cut or len(held) >= INSIDE
            known |= {asset.key: asset for asset in held}
            for asset in held:
                if asset.kind not in _CONTAINERS and asset.key not in spared:
                    hit.setdefault((asset.key, effect))
        hit.setdefault((effect.target, effect))
    keys = {key for key, _ in hit}
    owners, tags = reader.owners(keys), reader.tags(keys)
    found = (Target(key, known.get(key), effect, owners.get(key, ()), tags.get(key, ())) for key, effect in hit)
    return tuple(found), cut


def _groups(targets: Iterable[Target]) -> list[tuple[Target, ...]]:
    """Targets whose losses spread by the same rules, so that one walk does for all of them."""
    groups: dict[tuple[object, ...], list[Target]] = defaultdict(list)
    for target in targets:
        effect = target.effect
        suspected = effect.certainty is Certainty.SUSPECTED
        rules = (harm_of(effect), effect.action, effect.cascade, suspected, only_widens(effect))
        groups[rules].append(target)
    return [tuple(group) for group in groups.values()]


def _spread(
    reader: GraphReader,
    group: Sequence[Target],
    before: datetime | None,
    past: Collection[AssetKey],
    loudest: Loudest | None,
) -> Spread:
    losses = [Loss(target.key, lost_columns(target.effect)) for target in group]
    renames = group[0].effect.action in RENAMES
    return spread(reader, losses, bound_follow=renames, past=past, before=before, loudest=loudest)


def _harmed(group: Sequence[Target], found: Spread) -> Iterable[tuple[Harm, Hit]]:
    harms: dict[tuple[bool, bool], tuple[Harm, bool]] = {}
    for hit in found.hits:
        how = hit.certain, hit.bound
        if how not in harms:
            harms[how] = _harm(group[0].effect, certain=hit.certain, bound=hit.bound)
        harm, sure = harms[how]
        yield harm, hit if hit.certain is sure else replace(hit, certain=sure)


def _harm(effect: Effect, *, certain: bool, bound: bool) -> tuple[Harm, bool]:
    """What becomes of a consumer, and whether that is sure."""
    taken_along = bound and effect.cascade and effect.action in (Action.DROP, Action.DROP_COLUMN)
    sure = certain and effect.certainty is not Certainty.SUSPECTED and not only_widens(effect)
    return Harm.DROPPED if taken_along else harm_of(effect) or Harm.BREAKS, sure


def _beyond(spreads: Sequence[tuple[tuple[Target, ...], Spread]]) -> Beyond:
    if len(spreads) != 1:
        return Beyond()
    group, found = spreads[0]
    counts: Counter[tuple[AssetKind, Verdict, Harm]] = Counter()
    for (kind, certain, bound), number in found.rest.counts.items():
        harm, sure = _harm(group[0].effect, certain=certain, bound=bound)
        counts[kind, Verdict.BREAKS if sure else Verdict.CANNOT_TELL, harm] += number
    return Beyond(counts, found.rest.keys, found.rest.owners)


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
    read: dict[AssetKey, list[Use]] = defaultdict(list)
    for use in reader.uses(keys, since=today - timedelta(days=READER_DAYS)):
        if use.reads and use.column is None:
            read[use.asset].append(use)
    seen = {
        key: (len({u.login for u in uses if not u.by_machine}), max(u.day for u in uses)) for key, uses in read.items()
    }
    places = [seen.get(key, NOBODY) for key in keys]
    found = [
        Consumer(
            asset=hit.asset,
            verdict=Verdict.BREAKS if hit.certain else Verdict.CANNOT_TELL,
            path=hit.path,
            columns=hit.columns,
            owners=owners.get(key, ()) if owners else (),
            readers_30d=people,
            last_read=last,
            last_seen=hit.last_seen,
            harm=harm,
            stale_days=_stale_days(hit.last_seen, today),
        )
        for key, (harm, hit), (people, last) in zip(keys, hits, places, strict=True)
    ]
    return tuple(sorted(found, key=_loudest_first))


def _loudest_first(consumer: Consumer) -> tuple[bool, bool, int, int, int, str]:
    asset = consumer.asset
    is_stored, place = _KINDS[asset.kind]
    is_doubtful = consumer.verdict is not Verdict.BREAKS
    return is_stored, is_doubtful, -consumer.readers_30d, len(consumer.path), place, asset.title


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
    lost: dict[AssetKey, frozenset[str] | None] = {}
    for target in targets:
        columns, already = lost_columns(target.effect), lost.get(target.key, frozenset())
        lost[target.key] = None if columns is None or already is None else already | columns
    since = today - timedelta(days=READER_DAYS)
    return readers_of(reader, keys, since=since, today=today, columns=lost, without=without)


def _scans(
    reader: GraphReader, targets: Sequence[Target], coverage: Coverage, today: date, before: datetime | None
) -> tuple[Unexplained, ...]:
    """Scans that the log should have explained and does not; what is older than the log proves no gap in it."""
    known = {target.key: target.asset for target in targets if target.asset is not None}
    since = today - timedelta(days=READER_DAYS)
    found = unexplained(reader, known.values(), coverage, since=since, before=before)
    return tuple(one for one in found if not one.before_log)


def _verdict(
    targets: Sequence[Target], consumers: Sequence[Consumer], readers: Sequence[Reader], unsure: Sequence[str]
) -> Verdict:
    people = any(not reader.via_machine for reader in readers)
    certain = any(
        target.effect.certainty is not Certainty.SUSPECTED and not only_widens(target.effect) for target in targets
    )
    if any(consumer.verdict is Verdict.BREAKS for consumer in consumers) or (people and certain):
        return Verdict.BREAKS
    if consumers or people or unsure:
        return Verdict.CANNOT_TELL
    return Verdict.NO_KNOWN_CONSUMER
