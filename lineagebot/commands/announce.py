"""`announce "<sql>" <when> because <why>`: owners and readers learn of a change before it happens, and may object.

    announce "DROP TABLE marts.x" tomorrow 09:00 because nobody needs it       announce list
    announce move k3x9q2ab friday 18:30       announce cancel k3x9q2ab       announce object k3x9q2ab we read it daily

Times are in the asker's own zone. Nothing is run; what the log shows later is held against it (policy/announced.py).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lineagebot import reply
from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.check import read_sql
from lineagebot.commands.grammar import first_word, unescape
from lineagebot.commands.request import TERMINAL
from lineagebot.commands.services import Services
from lineagebot.commands.when import moment_of, spelled, zone_of
from lineagebot.errors import BadRequest
from lineagebot.graph.impact import Impact, harm_of, impact
from lineagebot.model import Announcement, AnnouncementState, AssetKey, Effect, Objection, Until
from lineagebot.policy import known, notice
from lineagebot.policy.audience import fed_by, recipients
from lineagebot.policy.hours import hears_announced
from lineagebot.policy.say import count, is_slack_id
from lineagebot.policy.severity import reaches, severity_of
from lineagebot.policy.state import Asks
from lineagebot.reply import Block, Choice, Choices, Destination, Items, Moment, Mono, Paragraph, Reply
from lineagebot.sql.clean import clean
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.store import announcements, curation, held, listening, outbox, watch
from lineagebot.store.engine import Tx

USAGE = 'For example: announce "DROP TABLE marts.revenue" tomorrow 09:00 because revenue_v2 took its place'
#: Nobody remembers for longer.
FARTHEST = timedelta(days=90)
#: People told one by one because they read it; the rest is counted.
READERS_TOLD = 20
LISTED = 15
LONGEST_WHY = 1000
#: Words that a time is made of, at most: "next friday at 6 pm Europe/Berlin".
_WORDS_OF_A_TIME = 6

_QUOTED = re.compile(
    r"""\s*(?:"(?P<sql>(?:[^"]|"")*)"|```(?P<fenced>.*?)```|`(?P<ticked>[^`]*)`)(?P<rest>.*)""", re.DOTALL
)
_BECAUSE = re.compile(r"(?:^|[\s,;])because:?\s", re.IGNORECASE)
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"'})


@dataclass(frozen=True, slots=True)
class Planned:
    """What was typed: the SQL, when, and why."""

    sql: str
    at: datetime
    why: str


def answer(asked: Asked, services: Services) -> Reply:
    word, rest = first_word(asked.rest)
    if (verb := _VERBS.get(word)) is not None:
        return verb(asked, services, rest)
    return _announce(asked, services)


def _announce(asked: Asked, services: Services) -> Reply:
    now, asker = asked.request.now, asked.asker
    planned = _planned(asked)
    sql = read_sql(clean(planned.sql).sql, services)
    effects = tuple(e for e in sql.understanding.effects if not e.temporary)
    if not any(harm_of(e) is not None for e in effects):
        raise BadRequest("I see nothing in it that is taken away from anybody, so there is nothing to announce.")
    found = impact(services.graph, effects, today=now.date())
    assets = dict(services.graph.assets({e.target for e in effects}))
    if not any(t.asset is not None for t in found.targets):
        raise BadRequest("I know none of the tables in it, so I would not know whom to tell; try: check <sql>")
    masked = fingerprint(sql.sql, sql.dialect).masked
    story = notice.told(effects, masked, found, assets, now)
    announcement = Announcement(
        id=_new_id(asker.user, masked, now),
        workspace=asker.workspace,
        announcer=asker.user,
        name=asker.called,
        system=sql.system,
        why=planned.why,
        statement=masked,
        effects=effects,
        victims=_victims(services, effects, now),
        at=planned.at,
        announced_at=now,
        message=json.dumps(reply.to_json(story)),
    )
    # Before the transaction begins, which would hold a second connection meanwhile.
    fed = fed_by(services.graph, {t.key for t in found.targets}, before=now)
    with services.store.begin() as tx:
        places, unreached = _places(tx, asked, found, fed)
        now_heard, later = _heard(tx, asked, announcement, places)
        announcements.announce(tx, announcement, now_heard, drawn=notice.drawn(announcement))
        for where, until in later:
            held.hold_notice(tx, announcement.id, where, until=until, at=now)
    return _announced(asked, announcement, len(now_heard), len(later), unreached)


def _announced(asked: Asked, announcement: Announcement, places: int, later: int, unreached: int) -> Reply:
    when = spelled(announcement.at, zone_of(asked.asker.zone))
    if places or later:
        told = f"Told in {count(places, 'place')}: owners, readers and who follows it." if places else ""
        told += (
            f" {count(later, 'place')} {'has' if later == 1 else 'have'} quiet hours or a pause, and" if later else ""
        )
        told = (told + f" {'hears' if later == 1 else 'hear'} of it when they end." if later else told).strip()
    else:
        told = "Nobody owns, reads or follows it that I could tell."
    if unreached:
        told += f" {count(unreached, 'reader')} I could not reach."
    text = f"Announced for {when}. {told} You hear of every objection."
    spans = ("Announced for ", Moment(announcement.at), f" ({when}) as ", Mono(announcement.id), f". {told}")
    moving = reply.Form("Move this change", (notice.WHEN,), f"announce move {announcement.id} {{when}}", submit="Move")
    buttons = Choices((Choice("Move", form=moving), Choice("Cancel", f"announce cancel {announcement.id}")))
    return Reply(text, (Paragraph(spans), Paragraph(("You hear of every objection.",)), buttons))


def _planned(asked: Asked) -> Planned:
    """Raises BadRequest on what is missing, one thing at a time."""
    text = asked.rest.strip()
    quoted = _QUOTED.fullmatch(text.translate(_CURLY))
    because = _BECAUSE.search(quoted["rest"] if quoted else text)
    if not text or because is None:
        raise BadRequest(f"What, when, and why? {USAGE}")
    head, why = _parted(quoted["rest"] if quoted else text, because)
    if not why:
        raise BadRequest(f"Why? People take a change better that has a reason. {USAGE}")
    if quoted:
        sql = (quoted["sql"] or "").replace('""', '"') or quoted["fenced"] or quoted["ticked"] or ""
        at = _moment(head, asked)
    else:
        sql, at = _sql_and_moment(head, asked)
    return Planned(sql, _to_come(at, asked.request.now), why[:LONGEST_WHY])


def _parted(text: str, because: re.Match[str]) -> tuple[str, str]:
    return text[: because.start()].strip(), unescape(text[because.end() :].strip().strip('"').strip())


def _sql_and_moment(head: str, asked: Asked) -> tuple[str, datetime]:
    """Without quotes the time is as many of the last words as make one."""
    starts = [m.start() for m in re.finditer(r"\S+", head)]
    for start in starts[-_WORDS_OF_A_TIME:]:
        if start and (at := _read(head[start:], asked)) is not None:
            return head[:start].strip().rstrip(","), at
    raise BadRequest(f"When? {USAGE}")


def _moment(said: str, asked: Asked) -> datetime:
    at = _read(said, asked)
    if at is None:
        raise BadRequest(f"When? I cannot read “{said}”. For example: tomorrow 09:00, friday 18:30, in 2h.")
    return at


def _read(said: str, asked: Asked) -> datetime | None:
    plain = said.strip().strip('"').removeprefix("for ").strip()
    return moment_of(plain, asked.request.now, zone_of(asked.asker.zone))


def _to_come(at: datetime, now: datetime) -> datetime:
    if at < now:
        raise BadRequest("That time is over. For example: tomorrow 09:00, friday 18:30, in 2h.")
    if at - now > FARTHEST:
        raise BadRequest(f"That is more than {FARTHEST.days} days away; announce it when it is nearer.")
    return at


def _victims(services: Services, effects: tuple[Effect, ...], now: datetime) -> tuple[AssetKey, ...]:
    """Views that a CASCADE would take along."""
    cascading = tuple(e for e in effects if e.cascade)
    found = known.answer(services.graph, Asks(victims=cascading), today=now.date()).victims
    return tuple(dict.fromkeys(key for keys in found.values() for key in keys))


def _places(tx: Tx, asked: Asked, found: Impact, fed: frozenset[AssetKey]) -> tuple[tuple[Destination, ...], int]:
    """Owners' and followers' places, and the people who read it, once each; and how many are not reached."""
    workspace = asked.asker.workspace
    keys = {*(t.key for t in found.targets), *(c.asset.key for c in found.consumers)}
    severity = severity_of(found)
    following = curation.subscribers(tx, keys, fed=lambda: fed)
    subscribers = tuple((where, str(what)) for where, what in following if reaches(severity, what.floor))
    owners = [o for t in found.targets for o in t.owners] + [o for c in found.dashboards for o in c.owners]
    people = [r.person for r in found.readers if not r.via_machine]
    ids = dict(curation.slack_ids(tx, workspace, {*(o.id for o in owners), *(p.email for p in people if p.email)}))
    told = [r.where for r in recipients(found, subscribers, workspace=workspace, fallback=None, slack_ids=ids)]
    reading = [ids[p.email] for p in people if p.email in ids][:READERS_TOLD]
    told += [Destination(workspace, user) for user in reading]
    heard = {asked.asker.user}
    places = [w for w in dict.fromkeys(told) if w.channel not in heard]
    return tuple(places), len(people) - len([u for u in reading if u])


def _heard(
    tx: Tx, asked: Asked, announcement: Announcement, places: tuple[Destination, ...]
) -> tuple[tuple[Destination, ...], tuple[tuple[Destination, Until], ...]]:
    """Who hears of it now, and who when what they wait for is over."""
    now = asked.request.now
    pause, rules = watch.paused(tx, asked.asker.workspace, now=now), listening.everywhere(tx)
    resumes = pause.until if pause is not None else None
    until = Until.MORNING if pause is None else Until.RESUMED
    told = {
        where: hears_announced(rules.of(where), announcement.at, now, paused=pause is not None, resumes=resumes)
        for where in places
    }
    later = dict.fromkeys(rules.place(where) for where in places if not told[where])
    return tuple(w for w in places if told[w]), tuple((where, until) for where in later)


def _list(asked: Asked, services: Services, rest: str) -> Reply:
    with services.store.begin() as tx:
        found = announcements.find_open(tx, asked.asker.workspace)
    if not found:
        text = "No change is announced."
        return Reply(text, (Paragraph((text, " ", USAGE)),))
    items = tuple(
        (Mono(a.id), " ", Moment(a.at), f": {notice.title(a)} by {a.name}, {_objections(a)}because {a.why}")
        for a in found[:LISTED]
    )
    text = f"{count(len(found), 'announced change')}: {notice.title(found[0])} by {found[0].name} comes first."
    blocks: tuple[Block, ...] = (Items(items, title="Announced changes", more=max(0, len(found) - LISTED)),)
    return Reply(text, blocks)


def _objections(a: Announcement) -> str:
    return f"{count(len(a.objections), 'objection')}, " if a.objections else ""


def _cancel(asked: Asked, services: Services, rest: str) -> Reply:
    now, by = asked.request.now, asked.asker.called
    with services.store.begin() as tx:
        found = _named(tx, asked, rest.split()[0] if rest else "", own=True)
        off = replace(found, state=AnnouncementState.CANCELLED, outcome=f"cancelled by {by}")
        announcements.change(tx, off, by=asked.asker.user, act="cancelled", at=now, line=f"Cancelled by {by}.")
    return _said(f"Cancelled: {notice.title(found)}. Everybody who was told of it is told so.")


def _move(asked: Asked, services: Services, rest: str) -> Reply:
    now, by = asked.request.now, asked.asker.called
    word, said = first_word(rest)
    with services.store.begin() as tx:
        found = _named(tx, asked, word, own=True)
        at = _to_come(_moment(said, asked), now)
        line = f"Moved by {by} from {spelled(found.at, zone_of(None))} to {spelled(at, zone_of(None))}."
        announcements.change(tx, replace(found, at=at), by=asked.asker.user, act="moved", at=now, line=line)
    return _said(f"Moved to {spelled(at, zone_of(asked.asker.zone))}. Everybody who was told of it is told so.")


def _object(asked: Asked, services: Services, rest: str) -> Reply:
    now, asker = asked.request.now, asked.asker
    word, said = first_word(rest)
    why = unescape(said.strip().removeprefix("because ").strip().strip('"'))[:LONGEST_WHY]
    with services.store.begin() as tx:
        found = _named(tx, asked, word)
        if not why:
            raise BadRequest(f"Why? For example: announce object {found.id} the board report reads it on Mondays")
        objection = Objection(asker.called, why, now)
        against = replace(found, objections=(*found.objections, objection))
        line = f"{asker.called} objects: {why}"
        announcements.change(tx, against, by=asker.user, act="objected", at=now, line=line, detail=why)
        if is_slack_id(found.announcer) and found.announcer != asker.user:
            where = Destination(found.workspace, found.announcer)
            key = f"notice:{found.id}:objection:{len(against.objections)}"
            outbox.enqueue(tx, "reply", key, where, reply=_told_of(found, objection), at=now)
    return _said(f"{found.name} is told, and it is shown under the announcement.")


def _told_of(found: Announcement, objection: Objection) -> Reply:
    text = f"{objection.by} objects to {notice.title(found)} that you announced: {objection.why}"
    moving = reply.Form("Move this change", (notice.WHEN,), f"announce move {found.id} {{when}}", submit="Move")
    buttons = Choices((Choice("Move", form=moving), Choice("Cancel", f"announce cancel {found.id}")))
    return Reply(text, (Paragraph((text,)), Paragraph(("Planned for ", Moment(found.at), ".")), buttons))


def _named(tx: Tx, asked: Asked, word: str, *, own: bool = False) -> Announcement:
    """The announcement of that name, held for a change. Raises BadRequest where there is none, or it is over."""
    found = announcements.locked(tx, word.strip('"`').lower()) if word else None
    if found is None or found.workspace not in (asked.asker.workspace, TERMINAL):
        raise BadRequest(f"I know no announced change “{word}”; see: announce list" if word else f"Which one? {USAGE}")
    if found.state.is_over:
        raise BadRequest(f"That is over: {found.outcome or found.state}")
    if own and asked.asker.user != found.announcer and not asked.asker.is_admin:
        raise BadRequest(f"Only {found.name} or an admin may do that; you may object: announce object {found.id} <why>")
    return found


def _said(text: str) -> Reply:
    return Reply(text, (Paragraph((text,)),))


def _new_id(*of: object) -> str:
    """Eight letters and digits that a person can type."""
    digest = hashlib.sha256("\0".join(map(str, of)).encode()).digest()
    return base64.b32encode(digest)[:8].decode().lower()


_VERBS: dict[str, Callable[[Asked, Services, str], Reply]] = {
    "": _list,
    "list": _list,
    "cancel": _cancel,
    "move": _move,
    "object": _object,
}

COMMAND = Command(
    word="announce",
    aliases=("announcements",),
    answer=answer,
    usage='announce "<sql>" <when> because <why>',
    help="owners and readers learn of a change beforehand and may object; announce list, move, cancel, object",
    more=(
        "Nothing is run. When the log shows the change it is reported quietly; what goes beyond it is an alert.",
        "Times are in your own time zone: tomorrow 09:00, friday 18:30, in 2h, 2026-12-01 18:30, 9am UTC.",
        "It counts from half an hour before the time until two hours after it.",
    ),
    examples=(
        'announce "DROP TABLE marts.revenue" tomorrow 09:00 because revenue_v2 took its place',
        "announce list",
        "announce move k3x9q2ab friday 18:30",
        "announce cancel k3x9q2ab",
        "announce object k3x9q2ab the board report reads it on Mondays",
    ),
    changes=True,
    takes_sql=True,
)
