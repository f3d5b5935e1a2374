"""`digest`: one message a day or a week instead of one for each alert that is not loud.

digest daily 09:00               digest weekly monday 09:00 Europe/Berlin below medium
digest daily 09:00 always        digest off
"""

from __future__ import annotations

import re

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.hours import FLOORS, OFF, Here
from lineagebot.commands.services import Services
from lineagebot.commands.when import spelled, time_of_day
from lineagebot.commands.zones import which_zone, zone_said
from lineagebot.errors import BadRequest
from lineagebot.model import WEEKDAYS, Digest, Severity, Until, clock
from lineagebot.policy.hours import coming, says_nothing_happened, zone_named
from lineagebot.policy.say import count
from lineagebot.reply import Block, Choice, Choices, Moment, Note, Paragraph, Reply, Words
from lineagebot.store import held, listening

#: Where no time is said.
MORNING = 9 * 60
MONDAY = 0
_HOW = "For example: digest daily 09:00, digest weekly monday 09:00, digest off."
_BELOW = re.compile(rf"\bbelow ({'|'.join(FLOORS)})\b", re.IGNORECASE)
_ALWAYS = re.compile(r"\balways\b|\beven if (?:nothing happened|empty)\b", re.IGNORECASE)
_RHYTHM = re.compile(r"\b(daily|every day|each day|weekly|every week|each week)\b", re.IGNORECASE)
_DAY = re.compile(
    rf"\b(?:every |each |on )?({'|'.join(f'{day[:3]}(?:{day[3:]})?' for day in WEEKDAYS)})s?\b", re.IGNORECASE
)
_CLOCK = re.compile(r"\b(?:at )?(\d{1,2}(?:[:.h]\d\d)?\s?(?:am|pm)\b|\d{1,2}[:.h]\d\d|\d{1,2}(?=\s|$))", re.IGNORECASE)


def answer(asked: Asked, services: Services) -> Reply:
    here, said = Here.of(asked, services), asked.said.name.strip()
    if not said:
        return _shown(asked, here, services)
    digest = None if said.lower() in OFF else _meant(asked, here, said)
    if isinstance(digest, Reply):
        return digest
    with services.store.begin() as tx:
        before = listening.at_place(tx, here.where.workspace, here.where.channel).digest
        listening.set_digest(tx, here.where, digest, by=asked.asker.user, at=asked.request.now, dm=here.dm)
    return _set(asked, here, before, digest)


def _set(asked: Asked, here: Here, before: Digest | None, digest: Digest | None) -> Reply:
    undo = Choice("Undo", f"digest {before if before is not None else 'off'}{here.again}")
    if digest is None and before is None:
        return _said(asked, here, f"{here.has} no digest.", ())
    if digest is None:
        return _said(asked, here, f"{here.has} no digest any more. What was gathered for it comes now.", (undo,))
    return _said(
        asked, here, f"{here.has} a digest {told(digest)}. {_what(digest)}", (undo,), first=_next(asked, digest)
    )


def _shown(asked: Asked, here: Here, services: Services) -> Reply:
    with services.store.begin() as tx:
        digest = listening.at_place(tx, here.where.workspace, here.where.channel).digest
        gathered = [h for h in held.alerts_at(tx, here.where) if h.until is Until.DIGEST]
    if digest is None:
        text = f"{here.has} no digest: each alert is a message of its own. {_HOW}"
        daily = Choice("Daily at 09:00", f"digest daily 09:00{here.again}")
        weekly = Choice("Mondays at 09:00", f"digest weekly monday 09:00{here.again}")
        return Reply(text, (Paragraph((text,)), Choices((daily, weekly))))
    text = f"{here.has} a digest {told(digest)}. {_what(digest)}"
    so_far = f"{count(len(gathered), 'alert')} gathered so far." if gathered else "Nothing is gathered for it so far."
    blocks = (Paragraph((text,)), Paragraph((f"{so_far} ", *_next(asked, digest))))
    return Reply(text, (*blocks, Choices((Choice("End it", f"digest off{here.again}"),))))


def told(digest: Digest) -> str:
    """ "every Monday at 09:00 (Europe/Berlin)"."""
    rhythm = "daily" if digest.weekday is None else f"every {WEEKDAYS[digest.weekday].capitalize()}"
    return f"{rhythm} at {clock(digest.at)} ({digest.zone})"


def _what(digest: Digest) -> str:
    empty = "" if says_nothing_happened(digest) else " Where nothing happened nothing is said."
    return (
        f"It lists the alerts that are quieter than {digest.below}, and those below a subscription's own --from; "
        f"louder ones are said at once.{empty}"
    )


def _next(asked: Asked, digest: Digest) -> Words:
    at = coming(digest, asked.request.now)
    return (f"The next one: {spelled(at, zone_named(digest.zone))} (", Moment(at), ").")


def _said(asked: Asked, here: Here, text: str, buttons: tuple[Choice, ...], *, first: Words = ()) -> Reply:
    """In a channel for all to see, with who did it; anybody there can undo it."""
    blocks: list[Block] = [Paragraph((text,))]
    blocks += [Paragraph(first)] if first else []
    blocks += [] if here.is_person else [Note((f"{asked.asker.called} said so.",))]
    blocks += [Choices(buttons)] if buttons else []
    return Reply(text, tuple(blocks), private=here.is_person)


def _meant(asked: Asked, here: Here, said: str) -> Digest | Reply:
    """Raises BadRequest, one thing at a time."""
    below, rest = _below(asked, said)
    always = asked.said.has("always") or bool(_ALWAYS.search(rest))
    rest = _ALWAYS.sub(" ", rest)
    rhythm, day, at = _RHYTHM.search(rest), _DAY.search(rest), _CLOCK.search(rest)
    if rhythm is None and day is None:
        raise BadRequest(f"Daily or weekly? {_HOW}")
    is_weekly = day is not None or (rhythm is not None and "week" in rhythm[0].lower())
    minutes = time_of_day(at[1]) if at is not None else MORNING
    if minutes is None:
        raise BadRequest(f"“{at[1] if at else ''}” is no time of day. {_HOW}")
    for pattern in (_RHYTHM, _DAY, _CLOCK):
        rest = pattern.sub(" ", rest, count=1)
    weekday = _weekday(day[1]) if day is not None else MONDAY
    zone = zone_said(rest, asked.asker.zone)
    made = Digest("", minutes, weekday if is_weekly else None, below, always)
    if isinstance(zone, str):
        return _in_zone(made, zone)
    return which_zone(rest, [(name, f"digest {_in_zone(made, name)}{here.again}") for name in zone])


def _in_zone(digest: Digest, zone: str) -> Digest:
    return Digest(zone, digest.at, digest.weekday, digest.below, digest.empty)


def _weekday(said: str) -> int:
    return next(n for n, day in enumerate(WEEKDAYS) if day.startswith(said[:3].lower()))


def _below(asked: Asked, said: str) -> tuple[Severity, str]:
    """What is quieter goes into the digest; and the rest of the words. Raises BadRequest."""
    option, match = asked.said.option("below"), _BELOW.search(said)
    word = (option if option is not None else match[1] if match else "high").lower()
    if word not in FLOORS or word == Severity.LOW:
        raise BadRequest("Below how loud? --below wants one of critical, high, medium.")
    return FLOORS[word], _BELOW.sub(" ", said)


COMMAND = Command(
    word="digest",
    aliases=("digests",),
    answer=answer,
    usage="digest daily 09:00 | weekly monday 09:00 [Europe/Berlin] [below high]",
    help="what is not loud comes to this channel, or to you in a direct message, in one message",
    more=(
        "“below high” (or medium, or critical): from there on alerts are said at once, the quieter ones are gathered.",
        "A subscription with --from keeps its floor: from it on at once, below it in the digest.",
        "A day on which nothing happened is not told of, but with “always”; a weekly digest always says so.",
        "digest shows it, digest off ends it.",
    ),
    examples=("digest daily 09:00", "digest weekly monday 09:00 Europe/Berlin below critical", "digest off"),
    changes=True,
)
