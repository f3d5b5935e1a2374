"""Where no reader is seen, the system's own counters may know better: scans that no statement of the log explains.

Only ever a hint. A pipeline's own scans, maintenance and foreign-key checks are counted too, and nobody's name stands
beside them: it takes the ground from under "nobody reads it", and proves no reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.model import Asset, AssetKey, Binding, Coverage, Freshness

#: A scan is counted when its transaction ends, its statement stands in the log when it begins.
LONGEST_SCAN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Somebody or something scanned `asset`, and no statement that was read says who."""

    asset: Asset
    last: datetime
    #: What counted: "Postgres".
    counter: str
    #: The first day from which the log would have shown a reader; None where no log of the system was read.
    log_since: date | None
    #: The scan is older than the log, which therefore could not have explained it.
    before_log: bool = False


def unexplained(
    reader: GraphReader,
    assets: Iterable[Asset],
    coverage: Coverage,
    *,
    since: date,
    before: datetime | None = None,
) -> tuple[Unexplained, ...]:
    """The assets last scanned on `since` or later, with nothing in the log of that day that may have done it.

    Any read or searching write of that day explains it, of the asset or of a view bound to it: uses are counted by the
    day. With `before`, views that stood at that moment count too.
    """
    scanned = {a.key: a for a in assets if a.last_scanned is not None and a.last_scanned.date() >= since}
    if not scanned:
        return ()
    left = _unused(reader, scanned, {key: {key} for key in scanned})
    if left:
        left = _unused(reader, left, _read_through(reader, left, before))
    sources = {source.system: source for source in coverage.sources}
    return tuple(_hint(asset, sources.get(asset.key.system), since) for asset in left.values())


def _unused(
    reader: GraphReader, scanned: Mapping[AssetKey, Asset], through: Mapping[AssetKey, Collection[AssetKey]]
) -> dict[AssetKey, Asset]:
    """Those that nobody used, themselves or `through` another name, on a day on which their last scan may lie."""
    asked = {name for key in scanned for name in through[key]}
    earliest = min(_days(asset)[0] for asset in scanned.values())
    used: dict[AssetKey, set[date]] = {}
    for use in reader.uses(asked, since=earliest):
        if use.reads or use.scanning:
            used.setdefault(use.asset, set()).add(use.day)
    return {
        key: asset
        for key, asset in scanned.items()
        if not any(_days(asset)[0] <= day <= _days(asset)[1] for name in through[key] for day in used.get(name, ()))
    }


def _days(asset: Asset) -> tuple[date, date]:
    last = asset.last_scanned
    assert last is not None
    return ((asset.scanned_after or last) - LONGEST_SCAN).date(), last.date()


def _read_through(
    reader: GraphReader, keys: Collection[AssetKey], before: datetime | None
) -> Mapping[AssetKey, Collection[AssetKey]]:
    """By which names each is read as well: a view's reader counts for the view, a partition's for the whole."""
    reached: dict[AssetKey, set[AssetKey]] = {key: {key} for key in keys}
    frontier: Collection[AssetKey] = set(keys)
    while frontier:
        grown = set()
        for edge in reader.edges(frontier, Direction.DOWNSTREAM, before=before):
            behind = reached.get(edge.target, set())
            if edge.binding is Binding.BY_OBJECT and not reached[edge.source] <= behind:
                reached[edge.target] = behind | reached[edge.source]
                grown.add(edge.target)
        frontier = grown
    return {key: [name for name, behind in reached.items() if key in behind] for key in keys}


def _hint(asset: Asset, source: Freshness | None, since: date) -> Unexplained:
    last = asset.last_scanned
    assert last is not None
    log_from = None if source is None else source.log_from
    return Unexplained(
        asset=asset,
        last=last,
        counter=(source.kind if source is not None and source.kind else asset.key.system).capitalize(),
        log_since=None if log_from is None else max(since, log_from.date()),
        before_log=log_from is not None and (asset.scanned_after or last) < log_from,
    )


def sentences(found: Sequence[Unexplained], *, at_most: int = 3) -> tuple[str, ...]:
    """What to say of each; of those beyond `at_most`, how many there are."""
    said = [f"{_seen(one)}, but {counted(one)}" for one in found[:at_most]]
    if len(found) > at_most:
        said.append(f"The same is true of {len(found) - at_most:,} more.")
    return tuple(said)


def _seen(one: Unexplained) -> str:
    if one.log_since is None:
        return f"No log that I read tells who reads {one.asset.title}"
    return f"No reader of {one.asset.title} is seen in the log since {_day(one.log_since)}"


def counted(one: Unexplained) -> str:
    """ "Postgres counts scans of it, the last on 22 Nov 2026: somebody or something reads it." """
    last = f"{one.counter} counts scans of it, the last on {_day(one.last.date())}"
    if one.before_log:
        return f"{last}, before the log begins: somebody or something may read it."
    return f"{last}: somebody or something reads it."


def _day(when: date) -> str:
    return f"{when.day} {when:%b %Y}"
