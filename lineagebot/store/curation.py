"""What people said: owners, tags, subscriptions, edges by hand, who is who in Slack. Every change is audited.

People win over what a source declares, and no inventory takes their word back. A name that no source knows yet may be
spoken of all the same: it is kept, unseen, for the day it appears.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from lineagebot.errors import BadRequest
from lineagebot.model import AssetKey, AssetKind, Edge, EdgeKind, Layer, Owner, OwnerKind, Severity
from lineagebot.reply import Destination
from lineagebot.store import graph_rows
from lineagebot.store import tables as t
from lineagebot.store.assets import ensure, ids_of, keys_json
from lineagebot.store.engine import Tx
from lineagebot.store.fold import Ledger, key_of
from lineagebot.store.locks import INGEST_LOCK, hold
from lineagebot.store.queries import query
from lineagebot.store.records import storable
from lineagebot.store.search_words import fold

#: `said_by` of what people said; sources have names, so it is nobody's.
PEOPLE = ""

#: The act under which the audit log keeps what was not said because the warehouse, asked, said that it stands.
SPARED = "spared"
#: Begins the pattern of a subscription by owner.
OWNER = "owner:"

#: Evidence of an edge drawn by hand.
BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a channel wants to hear of: one asset and all inside it, or all whose name, tag or owner matches."""

    key: AssetKey | None = None
    #: "marts.*", "*revenue*", "tag:finance", "owner:ana@acme.test"; a name is matched against every end of the path,
    #: whatever the case.
    pattern: str | None = None
    #: Not `key` itself is meant but all that it is built from.
    upstream: bool = False
    #: From which severity on; None: all.
    floor: Severity | None = None

    def __str__(self) -> str:
        name = str(self.key) if self.key is not None else self.pattern or ""
        return f"everything upstream of {name}" if self.upstream else name


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription with who asked for it."""

    where: Destination
    what: Subscription
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Audited:
    """One change that a person made."""

    workspace: str
    by: str
    act: str
    subject: str
    detail: str
    at: datetime


def set_owners(tx: Tx, key: AssetKey, owners: Sequence[Owner], *, by: str, at: datetime, workspace: str = "") -> None:
    """From now on these answer for it; none: what sources declare counts again."""
    asset = _asset(tx, key)
    o = t.owner.c
    tx.execute(sa.delete(t.owner).where(o.asset == asset, o.said_by == PEOPLE))
    rows = {(str(w.kind), w.id): w for w in owners}
    if rows:
        tx.execute(
            sa.insert(t.owner),
            [
                {"asset": asset, "said_by": PEOPLE, "kind": kind, "id": storable(owner_id), "name": storable(w.name),
                 "rank": n, "by": by, "at": at}
                for n, ((kind, owner_id), w) in enumerate(rows.items())
            ],
        )  # fmt: skip
    audit(tx, workspace, by, "set owners", str(key), ", ".join(map(_told_of, owners)) or "nobody", at)


def owners(tx: Tx, key: AssetKey) -> tuple[Owner, ...]:
    """Who answers for it: what people said, else what sources declare."""
    rows = tx.execute(query("owners_of"), {"keys": keys_json([key])})
    return tuple(Owner(OwnerKind(row.kind), row.id, row.name) for row in rows)


def _told_of(owner: Owner) -> str:
    """With the id: names are shared and change."""
    return owner.name if owner.id in owner.name else f"{owner.name} ({owner.id})"


def set_tags(tx: Tx, key: AssetKey, tags: Sequence[str], *, by: str, at: datetime, workspace: str = "") -> None:
    """From now on it carries these; none: what sources declare counts again."""
    asset = _asset(tx, key)
    g = t.tag.c
    tx.execute(sa.delete(t.tag).where(g.asset == asset, g.said_by == PEOPLE))
    rows = [
        {"asset": asset, "said_by": PEOPLE, "tag": storable(tag), "rank": n, "by": by, "at": at}
        for n, tag in enumerate(dict.fromkeys(tags))
    ]
    if rows:
        tx.execute(sa.insert(t.tag), rows)
    audit(tx, workspace, by, "set tags", str(key), ", ".join(tags) or "none", at)


def subscribe(tx: Tx, workspace: str, channel: str, what: Subscription, by: str, at: datetime) -> bool:
    """False where the channel hears of it already, from that severity on. Raises BadRequest for one to nothing."""
    subject, floor = _subject(tx, what), None if what.floor is None else str(what.floor)
    row = insert(t.subscription).values(workspace=workspace, channel=channel, by=by, at=at, floor=floor, **subject)
    changed = tx.execute(row.on_conflict_do_nothing().returning(t.subscription.c.id)).one_or_none() is not None
    if not changed:
        other = t.subscription.c.floor.is_distinct_from(floor)
        there = sa.update(t.subscription).where(*_is(workspace, channel, subject), other)
        changed = bool(tx.execute(there.values(floor=floor)).rowcount)
    if changed:
        audit(tx, workspace, by, "subscribe", str(what), f"{channel} from {floor}" if floor else channel, at)
    return changed


def unsubscribe(tx: Tx, workspace: str, channel: str, what: Subscription, by: str, at: datetime) -> bool:
    """False where the channel did not hear of it."""
    gone = tx.execute(sa.delete(t.subscription).where(*_is(workspace, channel, _subject(tx, what))))
    if gone.rowcount:
        audit(tx, workspace, by, "unsubscribe", str(what), channel, at)
    return bool(gone.rowcount)


def _is(workspace: str, channel: str, subject: Mapping[str, Any]) -> tuple[sa.ColumnElement[bool], ...]:
    s = t.subscription.c
    return (
        s.workspace == workspace,
        s.channel == channel,
        s.asset.is_not_distinct_from(subject["asset"]),
        s.pattern.is_not_distinct_from(subject["pattern"]),
        s.upstream == subject["upstream"],
    )


def subscriptions(tx: Tx, *, workspace: str | None = None, channel: str | None = None) -> tuple[Subscribed, ...]:
    """Who hears of what, oldest first."""
    return tuple(
        _subscribed(row) for row in tx.execute(query("subscriptions"), {"workspace": workspace, "channel": channel})
    )


def subscribers(
    tx: Tx, keys: Collection[AssetKey], *, fed: Callable[[], Collection[AssetKey]] = tuple
) -> tuple[tuple[Destination, Subscription], ...]:
    """Who hears of any of `keys`: by name, by what they lie in, by pattern; each pair once, oldest first.

    `fed` tells all that is built from them; it is asked only where somebody hears of all upstream of something.
    """
    there = subscriptions(tx)
    names = {key: _names(key) for key in keys}
    tags = _tags(tx, keys)
    owners = _owners(tx, keys) if any((s.what.pattern or "").startswith(OWNER) for s in there) else frozenset()
    downstream = frozenset(fed()) if any(s.what.upstream for s in there) else frozenset()

    def hears(found: Subscribed) -> bool:
        what = found.what
        if what.upstream:
            return what.key in downstream
        if what.pattern is not None and what.pattern.startswith(OWNER):
            return _is_owners(tx, found.where.workspace, what.pattern, owners)
        return any(_means(what, key, names[key], tags.get(key, ())) for key in keys)

    return tuple((found.where, found.what) for found in there if hears(found))


def _owners(tx: Tx, keys: Collection[AssetKey]) -> frozenset[tuple[str, str]]:
    """(id, name) of all who answer for any of them."""
    return frozenset((row.id, row.name) for row in tx.execute(query("owners_of"), {"keys": keys_json(keys)}))


def _is_owners(tx: Tx, workspace: str, pattern: str, owners: Collection[tuple[str, str]]) -> bool:
    """One person has an e-mail where a source declared them, and a Slack id where people did."""
    wanted = fold(pattern.removeprefix(OWNER).strip())
    ids = slack_ids(tx, workspace, {owner_id for owner_id, _ in owners})
    called = {fold(word) for owner_id, name in owners for word in (owner_id, name, ids.get(owner_id, owner_id))}
    return any(fnmatchcase(word, wanted) for word in called)


def declare_edge(tx: Tx, source: AssetKey, target: AssetKey, *, by: str, at: datetime, workspace: str = "") -> None:
    """Someone says that source feeds target; it stands until someone takes it back."""
    hold(tx, INGEST_LOCK)
    edge = _by_hand(source, target)
    ledger, ids = _ledger(tx, edge)
    ledger.observe([edge], said_by=PEOPLE, at=at, evidence=BY_HAND)
    graph_rows.save(tx, ledger, ids)
    audit(tx, workspace, by, "draw edge", str(source), str(target), at)


def remove_edge(tx: Tx, source: AssetKey, target: AssetKey, *, by: str, at: datetime, workspace: str = "") -> bool:
    """Take an edge back that was drawn by hand; False where there was none."""
    hold(tx, INGEST_LOCK)
    edge = _by_hand(source, target)
    ledger, ids = _ledger(tx, edge)
    key = key_of(edge, PEOPLE)
    if key not in ledger.edges or ledger.edges[key].ended_at is not None:
        return False
    ledger.end([key], max(at, ledger.edges[key].last_seen), BY_HAND)
    graph_rows.save(tx, ledger, ids)
    audit(tx, workspace, by, "remove edge", str(source), str(target), at)
    return True


def manual_edges(tx: Tx) -> tuple[tuple[AssetKey, AssetKey], ...]:
    """(source, target) of the standing edges that people drew."""
    return tuple(
        (key.source.key, key.target.key)
        for key in sorted(graph_rows.load_listed_edges(tx, PEOPLE))
        if not key.source_column
    )


def link_person(tx: Tx, email: str, workspace: str, slack_id: str) -> None:
    """Who this e-mail is in a workspace."""
    link_handles(tx, workspace, {email: slack_id})


def link_handles(tx: Tx, workspace: str, handles: Mapping[str, str]) -> None:
    """Slack ids by e-mail or channel name ("#finance"); what is not among `handles` stays as it was."""
    if not handles:
        return
    rows = {handle.lower(): slack_id for handle, slack_id in handles.items()}
    row = insert(t.slack_identity).values(
        [{"workspace": workspace, "handle": handle, "slack_id": slack_id} for handle, slack_id in sorted(rows.items())]
    )
    changed = t.slack_identity.c.slack_id != row.excluded.slack_id
    tx.execute(
        row.on_conflict_do_update(
            index_elements=["workspace", "handle"], set_={"slack_id": row.excluded.slack_id}, where=changed
        )
    )


def slack_ids(tx: Tx, workspace: str, handles: Collection[str]) -> Mapping[str, str]:
    """E-mail or channel name (as given) to Slack id, for those that are known in that workspace."""
    s = t.slack_identity.c
    folded = {handle.lower() for handle in handles}
    rows = tx.execute(sa.select(s.handle, s.slack_id).where(s.workspace == workspace, s.handle.in_(folded)))
    known = {row.handle: row.slack_id for row in rows}
    return {handle: known[handle.lower()] for handle in handles if handle.lower() in known}


def places_called(tx: Tx, handle: str) -> tuple[Destination, ...]:
    """Who or what an e-mail or a channel's name stands for, in whichever workspaces know it."""
    s = t.slack_identity.c
    rows = tx.execute(sa.select(s.workspace, s.slack_id).where(s.handle == handle.lower()).order_by(s.workspace))
    return tuple(Destination(row.workspace, row.slack_id) for row in rows)


def audit(tx: Tx, workspace: str, by: str, act: str, subject: str, detail: str, at: datetime) -> None:
    """Write down who changed what. Goes in the transaction of the change."""
    tx.execute(
        sa.insert(t.audit).values(
            workspace=workspace, by=storable(by), act=act, subject=storable(subject), detail=storable(detail), at=at
        )
    )


def audited(tx: Tx, act: str) -> tuple[tuple[str, str], ...]:
    """(subject, detail) of all acts of one kind, oldest first."""
    a = t.audit.c
    rows = tx.execute(sa.select(a.subject, a.detail).where(a.act == act).order_by(a.id))
    return tuple((row.subject, row.detail) for row in rows)


def audit_log(tx: Tx, limit: int = 50, *, workspace: str | None = None) -> tuple[Audited, ...]:
    """The latest changes, latest first."""
    a = t.audit.c
    chosen = sa.select(a.workspace, a.by, a.act, a.subject, a.detail, a.at)
    if workspace is not None:
        chosen = chosen.where(a.workspace == workspace)
    return tuple(Audited(*row) for row in tx.execute(chosen.order_by(a.id.desc()).limit(limit)))


def _asset(tx: Tx, key: AssetKey) -> int:
    """Its number; a name that nobody knows gets one, unseen. Raises BadRequest for a name that cannot be kept."""
    found = ids_of(tx, [key]) or ensure(tx, {key: AssetKind.OTHER}, at=None, known=False)
    if key not in found:
        raise BadRequest("that name is too long to be kept")
    return found[key]


def _subject(tx: Tx, what: Subscription) -> dict[str, Any]:
    if (what.key is None) == (what.pattern is None):
        raise BadRequest("subscribe to a name or to a pattern such as marts.*")
    if what.upstream and what.key is None:
        raise BadRequest("upstream of which table or dashboard?")
    asset = None if what.key is None else _asset(tx, what.key)
    return {"asset": asset, "pattern": what.pattern, "upstream": what.upstream}


def _subscribed(row: Row[Any]) -> Subscribed:
    key = None if row.path is None else AssetKey(row.system, tuple(row.path))
    floor = None if row.floor is None else Severity(row.floor)
    what = Subscription(key, row.pattern, row.upstream, floor)
    return Subscribed(Destination(row.workspace, row.channel), what, row.by, row.at)


def _names(key: AssetKey) -> tuple[str, ...]:
    folded = [fold(part) for part in key.path]
    return tuple(".".join(folded[i:]) for i in range(len(folded)))


def _means(what: Subscription, key: AssetKey, names: Sequence[str], tags: Sequence[str]) -> bool:
    if what.key is not None:
        return what.key == key or what.key.holds(key)
    pattern = fold(what.pattern or "")
    if pattern.startswith("tag:"):
        return any(fnmatchcase(fold(tag), pattern.removeprefix("tag:").strip()) for tag in tags)
    return any(fnmatchcase(name, pattern) for name in names)


def _tags(tx: Tx, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
    found: dict[AssetKey, tuple[str, ...]] = {}
    for row in tx.execute(query("tags_of"), {"keys": keys_json(keys)}):
        key = AssetKey(row.system, tuple(row.path))
        found[key] = (*found.get(key, ()), row.tag)
    return found


def _by_hand(source: AssetKey, target: AssetKey) -> Edge:
    return Edge(source, target, EdgeKind.FLOW, layer=Layer.DECLARED, evidence=BY_HAND)


def _ledger(tx: Tx, edge: Edge) -> tuple[Ledger, dict[AssetKey, int]]:
    ids = {edge.source: _asset(tx, edge.source), edge.target: _asset(tx, edge.target)}
    ledger = Ledger()
    ledger.load({}, graph_rows.load_edges(tx, around=(), pairs={(ids[edge.source], ids[edge.target])}))
    return ledger, ids
