"""`mine`, `reassign`: somebody takes on what an alert is about, or passes the alert on to somebody else.

`mine` alone tells what one hears here, and when (commands/hearing.py).
"""

from __future__ import annotations

import re
from dataclasses import replace

from lineagebot.commands.alerts import meanwhile
from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.hearing import everything_mine
from lineagebot.commands.services import Services
from lineagebot.errors import BadRequest
from lineagebot.model import Alert, Owner, OwnerKind
from lineagebot.policy import life
from lineagebot.policy.audience import UNOWNED
from lineagebot.policy.message import passing_on
from lineagebot.policy.say import listed, short
from lineagebot.reply import Destination, Paragraph, Reply
from lineagebot.store import alerts, curation
from lineagebot.store.engine import Tx

#: A person or a channel that can be written to; a group cannot.
_WRITABLE = re.compile(r"[UWCGD][A-Z0-9]{5,}")


def mine(asked: Asked, services: Services) -> Reply:
    if not asked.said.words:
        return everything_mine(asked, services)
    asker, now = asked.asker, asked.request.now
    name = asked.said.words[0].lower() if asked.said.words else ""
    seen = asked.said.number("seen", 0) or None
    with services.store.begin() as tx:
        alert = _alert(tx, name, "mine")
        if seen is not None and seen < alert.version:
            return _said(meanwhile(alert))
        there = curation.owners(tx, alert.asset)
        if there:
            owned = listed([owner.name for owner in there])
            return _said(f"{short(alert.asset)} belongs to {owned} already; `owner` changes that.")
        me = Owner(OwnerKind.PERSON, asker.user, asker.called)
        curation.set_owners(tx, alert.asset, [me], by=asker.user, at=now, workspace=asker.workspace)
        text = f"{short(alert.asset)} belongs to {asker.called} from now on."
        alerts.explain(tx, alert.id, was=UNOWNED, why="nobody owned it when it happened")
        alerts.redraw(tx, alert.id, message=alert.message, at=now, line=text)
    return replace(_said(text), seen_in_place=seen is not None)


def reassign(asked: Asked, services: Services) -> Reply:
    asker, now = asked.asker, asked.request.now
    name = asked.said.words[0].lower() if asked.said.words else ""
    with services.store.begin() as tx:
        alert = _alert(tx, name, "reassign")
        if alert.state.is_over:
            return _said(life.too_late(alert))
        if not asked.said.mentions and len(asked.said.words) == 1:
            return replace(_said(f"To whom? reassign {alert.id} @ana"), form=passing_on(alert))
        if len(asked.said.mentions) != 1:
            raise BadRequest(f"To whom? One person or channel, for example: reassign {alert.id} @ana")
        (to,) = asked.said.mentions
        where = _where(tx, asked, alert, to)
        told = [p.channel for p in alerts.posts(tx, alert.id) if p.workspace == where.workspace]
        if where.channel in told:
            return _said(f"{to.name} was told of it already.")
        text = f"{asker.called} passed it on to {to.name}."
        alerts.redraw(tx, alert.id, message=alert.message, at=now, line=text)
        alerts.add_post(tx, alert.id, where, at=now, why=f"{asker.called} passed it on to {to.name}")
        curation.audit(tx, where.workspace, asker.called, "reassign", alert.id, to.name, now)
    return _said(f"Passed on to {to.name}: {alert.headline}.")


def _alert(tx: Tx, name: str, word: str) -> Alert:
    if not name:
        raise BadRequest(f"Which alert? For example: {word} k3x9q2ab; see alerts.")
    alert = alerts.get(tx, name)
    if alert is None:
        raise BadRequest(f"I have no alert “{name}”; see alerts.")
    return alert


def _where(tx: Tx, asked: Asked, alert: Alert, to: Owner) -> Destination:
    """In the workspace where the alert was said: a terminal has no people to write to."""
    said_in = [p.workspace for p in alerts.posts(tx, alert.id)]
    workspace = asked.asker.workspace if not said_in or asked.asker.workspace in said_in else said_in[0]
    channel = to.id if _WRITABLE.fullmatch(to.id) else curation.slack_ids(tx, workspace, {to.id}).get(to.id)
    if channel is None:
        raise BadRequest(f"I do not know how to write to {to.name} in Slack; name a person or a channel.")
    return Destination(workspace, channel)


def _said(text: str) -> Reply:
    return Reply(text, (Paragraph((text,)),))


MINE = Command(
    word="mine",
    answer=mine,
    usage="mine [<alert>]",
    help="you own what the alert is about, where nobody did; alone: what you hear, and when",
    examples=("mine k3x9q2ab", "mine"),
    changes=True,
)
REASSIGN = Command(
    word="reassign",
    answer=reassign,
    usage="reassign <alert> @person | #channel",
    help="pass the alert on",
    examples=("reassign k3x9q2ab @ana",),
    changes=True,
)
