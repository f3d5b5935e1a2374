"""What Postgres itself would refuse, because bound views or the schema's content stand in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lineagebot.graph.loss import Spread
from lineagebot.graph.shapes import Refusal, RefusalKind, Target
from lineagebot.model import Action, AssetKind, Effect

_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)
_DROPPED_AS = {
    AssetKind.TABLE: (AssetKind.TABLE, AssetKind.FOREIGN_TABLE),
    AssetKind.VIEW: (AssetKind.VIEW,),
    AssetKind.MATERIALIZED_VIEW: (AssetKind.MATERIALIZED_VIEW,),
}
_STORED = (AssetKind.TABLE, AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)


def refused(
    targets: Sequence[Target], spreads: Sequence[tuple[tuple[Target, ...], Spread]], before: datetime | None
) -> tuple[Refusal, ...]:
    """What would be refused; nothing where the statement already ran."""
    if before is not None:
        return ()
    said = [refusal for target in targets if (refusal := _refused_alone(target, targets)) is not None]
    for group, found in spreads:
        said += [refusal for target in group if (refusal := _refused_for_views(target, targets, found)) is not None]
    return tuple(said)


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
