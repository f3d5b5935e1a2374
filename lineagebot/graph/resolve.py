"""Which thing do you mean? Words in; one asset, several candidates, or the nearest names out: never a guess."""

from __future__ import annotations

from collections.abc import Collection

from lineagebot.graph.reader import GraphReader
from lineagebot.model import Ambiguous, Asset, AssetKind, Found, Resolution, Unknown

#: As many as a person reads on buttons.
CANDIDATES = 8

#: Said around a name without being part of it: "the revenue dashboard".
_FILLER = frozenset({"the", "a", "an", "our", "my", "table", "view", "please"})
_KIND_WORDS = {
    "dashboard": (AssetKind.DASHBOARD, AssetKind.REPORT),
    "dashboards": (AssetKind.DASHBOARD, AssetKind.REPORT),
    "report": (AssetKind.REPORT, AssetKind.DASHBOARD),
    "chart": (AssetKind.CHART,),
    "schema": (AssetKind.SCHEMA,),
    "database": (AssetKind.DATABASE,),
}


def resolve(reader: GraphReader, words: str, *, kinds: Collection[AssetKind] | None = None) -> Resolution:
    """The asset that a person means by `words`.

    A whole name wins, however many longer names contain it; among several the living one wins over those that are gone.
    Anything short of a whole name is found only where it is the single hit of its tier and not a spelling guess.
    """
    system, colon, named = words.strip().partition(":")
    if colon and named and not kinds:
        there = _in_system(reader, system.lower(), named)
        if there is not None:
            return there
    asked = words.strip()
    hits = reader.search(asked, limit=CANDIDATES, kinds=kinds)
    if not hits.exact and (reading := _without_filler(asked)) is not None:
        bare, meant = reading
        narrowed = reader.search(bare, limit=CANDIDATES, kinds=kinds or meant)
        if narrowed.assets and (narrowed.exact or not hits.assets or meant):
            hits, asked = narrowed, bare
    if not hits.assets:
        return Unknown(words)
    if hits.exact:
        return _one_of(words, hits.assets, more=hits.more)
    if _all_tokens_there(asked, hits.assets[0]):
        return _one_of(words, hits.assets, more=hits.more)
    return Unknown(words, _living_or_all(hits.assets))


def _in_system(reader: GraphReader, system: str, named: str) -> Resolution | None:
    """ "acme:marts.revenue": the whole name in that one system; None where no system is called so."""
    hits = reader.search(named, limit=5 * CANDIDATES)
    assets = tuple(asset for asset in hits.assets if asset.key.system.lower() == system)
    return _one_of(named, assets[:CANDIDATES], more=len(assets) > CANDIDATES) if assets and hits.exact else None


def _one_of(words: str, assets: tuple[Asset, ...], *, more: bool) -> Found | Ambiguous:
    if len(assets) == 1 and not more:
        return Found(assets[0])
    living = [asset for asset in assets if asset.gone_at is None]
    if len(living) == 1 and not more:
        return Found(living[0])
    spelled_whole = [asset for asset in living if words.strip().lower() in (str(asset.key), asset.title.lower())]
    if len(spelled_whole) == 1:
        return Found(spelled_whole[0])
    return Ambiguous(words, _living_or_all(assets), more)


def _living_or_all(assets: tuple[Asset, ...]) -> tuple[Asset, ...]:
    """What is gone is meant only where nothing that stands could be: backups and temporary names come and go."""
    return tuple(asset for asset in assets if asset.gone_at is None) or assets


def _without_filler(words: str) -> tuple[str, tuple[AssetKind, ...] | None] | None:
    """The name inside "the revenue dashboard" and the kind it asks for; None where every word counts."""
    parts = words.split()
    meant = next((_KIND_WORDS[part.lower()] for part in parts if part.lower() in _KIND_WORDS), None)
    kept = [part for part in parts if part.lower() not in _FILLER and part.lower() not in _KIND_WORDS]
    if not kept or len(kept) == len(parts):
        return None
    return " ".join(kept), meant


def _all_tokens_there(words: str, asset: Asset) -> bool:
    """True where the hit contains what was typed, so that it is no correction of its spelling."""
    there = " ".join((asset.title, asset.kind, *asset.key.path)).lower()
    return all(part in there for part in words.lower().replace(".", " ").replace("/", " ").split())
