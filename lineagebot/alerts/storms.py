"""A storm in the store: one alert that stands for many, in every place that would have heard of one of them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence

from lineagebot import reply
from lineagebot.alerts.waiting import Ears
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Alert
from lineagebot.policy.audience import Recipient
from lineagebot.policy.state import Stormy
from lineagebot.policy.summary import KIND, headline_of, loudest, of_storm, where_of
from lineagebot.store import alerts
from lineagebot.store.engine import Tx


def tell_storm(tx: Tx, graph: GraphReader, storm: Stormy, places: Sequence[Recipient], ears: Ears) -> None:
    """Raise its alert, or draw it anew as it is by now. `places`: who would have heard of what came last."""
    now = ears.now
    members = alerts.with_keys(tx, storm.members)
    if not members:
        return
    who = name_of_login(graph, storm.system, storm.by.login)
    headline = headline_of(storm, members, who)
    story = of_storm(storm, members, headline, graph.coverage([a.asset for a in members[:1]]), now)
    message = json.dumps(reply.to_json(story))
    loud = loudest(members)
    why = {r.where: r.why for r in places}
    later = {where: until for where in why if (until := ears.waits_for(where, loud)) is not None}
    found = alerts.by_key(tx, storm.key)
    if found is None:
        raised = Alert(
            id=short_id(storm.key),
            key=storm.key,
            system=storm.system,
            asset=where_of(members),
            kind=KIND,
            severity=loud,
            headline=headline,
            message=message,
            happened_at=storm.since,
            raised_at=now,
            statement_id=storm.by.id,
            login=storm.by.login if len({a.login for a in members}) == 1 else None,
        )
        alerts.raise_alert(tx, raised, [where for where in why if where not in later], why=why)
    else:
        alerts.redraw(tx, found.id, message=message, at=now, headline=headline, severity=loud)
        for where, reason in why.items():
            if where not in later:
                alerts.add_post(tx, found.id, where, at=now, why=reason)
    told = {(p.workspace, p.channel) for p in alerts.posts(tx, short_id(storm.key))}
    for where, until in later.items():
        if (where.workspace, where.channel) not in told:
            ears.hold(tx, short_id(storm.key), where, until, why=why[where])


def name_of_login(graph: GraphReader, system: str, login: str | None) -> str:
    """The person's name where it is known; the login else."""
    if login is None:
        return "Somebody"
    person = graph.people([(system, login)]).get((system, login))
    return person.name if person else login


def short_id(key: str) -> str:
    """Eight letters and digits that a person can type, the same for the same fact."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:8].decode().lower()
