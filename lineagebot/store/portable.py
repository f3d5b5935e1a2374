"""The only data that cannot be rebuilt from the sources, as YAML: owners, tags, subscriptions, hours, edges by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from lineagebot.errors import BadRequest
from lineagebot.model import AssetKey, Owner, OwnerKind, Severity
from lineagebot.reply import Destination
from lineagebot.store import curation, listening
from lineagebot.store.curation import Subscription
from lineagebot.store.engine import Tx
from lineagebot.store.queries import query

VERSION = 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much a file brought: assets with owners, assets with tags, new subscriptions, edges, places with hours."""

    owners: int = 0
    tags: int = 0
    subscriptions: int = 0
    edges: int = 0
    hours: int = 0


def dump(tx: Tx) -> str:
    """All that people said, as YAML that `load` takes."""
    assets: dict[AssetKey, dict[str, Any]] = {}
    for row in tx.execute(query("said_by_people")):
        said = assets.setdefault(AssetKey(row.system, tuple(row.path)), {})
        if row.what == "owner":
            said.setdefault("owners", []).append({"kind": row.kind, "id": row.id, "name": row.name})
        else:
            said.setdefault("tags", []).append(row.id)
    data = {
        "lineagebot": VERSION,
        "assets": [{**_key_data(key), **said} for key, said in assets.items()],
        "subscriptions": [
            {
                "workspace": s.where.workspace,
                "channel": s.where.channel,
                **({"pattern": s.what.pattern} if s.what.key is None else _key_data(s.what.key)),
                **({"upstream": True} if s.what.upstream else {}),
                **({"floor": str(s.what.floor)} if s.what.floor else {}),
                "by": s.by,
                "at": s.at.isoformat(),
            }
            for s in curation.subscriptions(tx)
        ],
        "edges": [{"source": _key_data(a), "target": _key_data(b)} for a, b in curation.manual_edges(tx)],
        "hours": [dict(entry) for entry in listening.dump(tx)],
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def load(tx: Tx, text: str, *, by: str = "import", at: datetime | None = None) -> Loaded:
    """Take in what `dump` wrote, beside what is there: an asset's owners and tags are replaced, the rest is added.

    Names that no source knows (yet) are kept. Raises BadRequest naming the first entry that cannot be read; then
    nothing was changed (as long as the caller lets the transaction roll back).
    """
    data = _read(text)
    now = at or tx.execute(query("now")).scalar_one()
    counts = {"owners": 0, "tags": 0, "subscriptions": 0, "edges": 0, "hours": 0}
    for place, entry in _entries(data, "assets"):
        key = _key(entry, place)
        if "owners" in entry:
            curation.set_owners(tx, key, _owners(entry["owners"], place), by=by, at=now)
            counts["owners"] += 1
        if "tags" in entry:
            curation.set_tags(tx, key, _words(entry["tags"], place), by=by, at=now)
            counts["tags"] += 1
    for place, entry in _entries(data, "subscriptions"):
        what = (
            Subscription(pattern=_word(entry, "pattern", place), floor=_floor(entry, place))
            if "pattern" in entry
            else Subscription(_key(entry, place), upstream=entry.get("upstream") is True, floor=_floor(entry, place))
        )
        when = _time(entry.get("at"), place) or now
        counts["subscriptions"] += curation.subscribe(
            tx, _word(entry, "workspace", place), _word(entry, "channel", place), what, str(entry.get("by", by)), when
        )
    for place, entry in _entries(data, "edges"):
        ends = [_key(entry.get(end), f"{place}.{end}") for end in ("source", "target")]
        curation.declare_edge(tx, ends[0], ends[1], by=by, at=now)
        counts["edges"] += 1
    for place, entry in _entries(data, "hours"):
        where = Destination(_word(entry, "workspace", place), _word(entry, "channel", place))
        try:
            listening.load(tx, where, entry, by=by, at=now)
        except (TypeError, ValueError, AttributeError) as error:
            raise BadRequest(f"{place} has quiet hours or a digest that cannot be read") from error
        counts["hours"] += 1
    return Loaded(**counts)


def _read(text: str) -> Mapping[str, Any]:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadRequest(f"the file is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(data, dict) or "lineagebot" not in data:
        raise BadRequest("the file is no export of lineagebot; `lineagebot export` writes one")
    if data["lineagebot"] != VERSION:
        raise BadRequest(f"the file is of version {data['lineagebot']}, this lineagebot reads {VERSION}")
    return data


def _entries(data: Mapping[str, Any], part: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    entries = data.get(part) or []
    if not isinstance(entries, list):
        raise BadRequest(f"{part} is not a list")
    for n, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise BadRequest(f"{part}[{n}] is not a mapping")
        yield f"{part}[{n}]", entry


def _key_data(key: AssetKey) -> dict[str, Any]:
    return {"system": key.system, "path": list(key.path)}


def _key(entry: Any, place: str) -> AssetKey:
    if not isinstance(entry, dict):
        raise BadRequest(f"{place} needs system and path")
    return AssetKey(_word(entry, "system", place), tuple(_words(entry.get("path"), f"{place}.path")))


def _owners(data: Any, place: str) -> list[Owner]:
    if not isinstance(data, list) or not all(isinstance(o, dict) for o in data):
        raise BadRequest(f"{place}.owners is not a list of owners")
    try:
        return [Owner(OwnerKind(o.get("kind")), _word(o, "id", place), str(o.get("name", o["id"]))) for o in data]
    except ValueError as error:
        raise BadRequest(f"{place}.owners: kind is person, channel or group") from error


def _words(data: Any, place: str) -> list[str]:
    if not isinstance(data, list) or not data or not all(isinstance(w, str) and w for w in data):
        raise BadRequest(f"{place} is not a list of names")
    return data


def _word(entry: Mapping[str, Any], name: str, place: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequest(f"{place} needs {name}")
    return value


def _floor(entry: Mapping[str, Any], place: str) -> Severity | None:
    try:
        return Severity(entry["floor"]) if "floor" in entry else None
    except ValueError as error:
        raise BadRequest(f"{place}.floor is {', '.join(Severity)}") from error


def _time(value: Any, place: str) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadRequest(f"{place}.at is not a time") from error
