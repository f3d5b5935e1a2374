"""`quiet hours`: when this channel, or you in your direct messages, want to hear only what cannot wait.

quiet hours 20:00-08:00                      quiet hours 20:00-08:00 weekends Europe/Berlin except high
quiet hours weekends                         quiet hours off
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.request import TERMINAL
from lineagebot.commands.services import Services
from lineagebot.commands.when import spelled, time_of_day
from lineagebot.commands.zones import which_zone, zone_said
from lineagebot.errors import BadRequest
from lineagebot.model import Owner, QuietHours, Severity, clock
from lineagebot.policy.hours import over_at, zone_named
from lineagebot.policy.say import count
from lineagebot.reply import Block, Choice, Choices, Destination, Field, Form, Moment, Note, Paragraph, Reply, Words
from lineagebot.store import curation, held, listening

FLOORS = {str(s): s for s in Severity if s is not Severity.INFO}
_HOW = "For example: quiet hours 20:00-08:00 Europe/Berlin, quiet hours 20:00-08:00 weekends, quiet hours off."
OFF = frozenset({"off", "none", "end", "stop", "never"})
_CLOCK = r"\d{1,2}(?:[:.h]\d\d)?\s?(?:am|pm)?"
_NIGHT = re.compile(rf"(?:from )?({_CLOCK})\s?(?:-+|to|till|until|\s)\s?({_CLOCK})(?=\s|$)", re.IGNORECASE)
_WEEKENDS = re.compile(r"\b(?:and |\+ ?)?(?:(?:at|on) )?(?:the )?weekends?\b", re.IGNORECASE)
_BUT = re.compile(rf"\b(?:except|but|save)(?: for| from)? ({'|'.join(FLOORS)})\b(?: alerts)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Here:
    """Whose hours are meant: a channel's, or those of a person, whose direct messages are one place with them."""

    where: Destination
    dm: str | None = None
    is_person: bool = False
    #: Named at a terminal, which is no place to hear anything.
    name: str | None = None

    @classmethod
    def of(cls, asked: Asked, services: Services) -> Here:
        asker, mentions = asked.asker, asked.said.mentions
        if asker.workspace == TERMINAL:
            return cls._named(mentions[0], services) if len(mentions) == 1 else cls._nowhere(asked)
        if mentions:
            raise BadRequest("Say it in that channel itself, so that those who read there see who did; for you: --me.")
        if asker.in_dm or not asker.channel or asked.said.has("me"):
            return cls(Destination(asker.workspace, asker.user), asker.channel if asker.in_dm else None, True)
        return cls(Destination(asker.workspace, asker.channel))

    @classmethod
    def _named(cls, who: Owner, services: Services) -> Here:
        with services.store.begin() as tx:
            found = curation.places_called(tx, who.id)
        if len(found) != 1:
            raise BadRequest(f"I do not know {who.id} in Slack; name a public channel (#finance) or a person's e-mail.")
        return cls(found[0], name=who.id)

    @classmethod
    def _nowhere(cls, asked: Asked) -> Here:
        raise BadRequest(f"Whose? At a terminal name a channel or a person, for example: {asked.word} #finance")

    @property
    def has(self) -> str:
        return f"{self.name} has" if self.name else "You have" if self.is_person else "This channel has"

    @property
    def again(self) -> str:
        """What a button's command needs so that it means the same place wherever it is pressed."""
        return f" {self.name}" if self.name else " --me" if self.is_person else ""


def answer(asked: Asked, services: Services) -> Reply:
    here, said = Here.of(asked, services), asked.said.name.strip()
    if not said and not asked.said.has("weekends"):
        return _shown(asked, here, services)
    quiet = None if said.lower() in OFF else _meant(asked, here, said)
    if isinstance(quiet, Reply):
        return quiet
    with services.store.begin() as tx:
        before = listening.at_place(tx, here.where.workspace, here.where.channel).quiet
        listening.set_quiet(tx, here.where, quiet, by=asked.asker.user, at=asked.request.now, dm=here.dm)
    return _set(asked, here, before, quiet)


def _set(asked: Asked, here: Here, before: QuietHours | None, quiet: QuietHours | None) -> Reply:
    undo = Choice("Undo", f"quiet hours {before if before is not None else 'off'}{here.again}")
    if quiet is None:
        if before is None:
            return _said(asked, here, f"{here.has} no quiet hours.", ())
        return _said(asked, here, f"{here.has} no quiet hours any more. What waited for their end comes now.", (undo,))
    text = f"{here.has} quiet hours {told(quiet)}. {_meanwhile(quiet)}"
    return _said(asked, here, text, (undo,), now=_now(quiet, asked.request.now))


def _shown(asked: Asked, here: Here, services: Services) -> Reply:
    now = asked.request.now
    with services.store.begin() as tx:
        quiet = listening.at_place(tx, here.where.workspace, here.where.channel).quiet
        waiting = len(held.alerts_at(tx, here.where))
    change = Choice("Change" if quiet is not None else "Set quiet hours", form=_form(here, quiet, asked.asker.zone))
    if quiet is None:
        text = f"{here.has} no quiet hours. {_HOW}"
        return Reply(text, (Paragraph((text,)), Choices((change,))))
    text = f"{here.has} quiet hours {told(quiet)}. {_meanwhile(quiet)}"
    blocks: list[Block] = [Paragraph((text,)), Paragraph(_now(quiet, now))]
    if waiting:
        blocks.append(Paragraph((f"{count(waiting, 'alert')} {'waits' if waiting == 1 else 'wait'} to be said here.",)))
    blocks.append(Choices((change, Choice("End them", f"quiet hours off{here.again}"))))
    return Reply(text, tuple(blocks))


def told(quiet: QuietHours) -> str:
    """ "from 20:00 to 08:00 and on weekends (Europe/Berlin)"."""
    nights = f"from {clock(quiet.start)} to {clock(quiet.end or 0)}" if quiet.start is not None else ""
    both = " and ".join(filter(None, (nights, "on weekends" if quiet.weekends else "")))
    return f"{both} ({quiet.zone})"


def _meanwhile(quiet: QuietHours) -> str:
    loud = str(quiet.but) if quiet.but is Severity.CRITICAL else f"{quiet.but} or louder"
    return f"Only alerts that are {loud} are said meanwhile; the others come in one message when they end."


def _now(quiet: QuietHours, now: datetime) -> Words:
    """So that a wrong zone is seen at once."""
    over, zone = over_at(quiet, now), zone_named(quiet.zone)
    there = f"By that clock it is {now.astimezone(zone):%a %H:%M} now"
    if over is None:
        return (f"{there}: alerts are heard.",)
    return (f"{there}: quiet until {spelled(over, zone)} (", Moment(over), ").")


def _said(asked: Asked, here: Here, text: str, buttons: tuple[Choice, ...], *, now: Words = ()) -> Reply:
    """In a channel for all to see, with who did it; anybody there can undo it."""
    blocks: list[Block] = [Paragraph((text,))]
    blocks += [Paragraph(now)] if now else []
    blocks += [] if here.is_person else [Note((f"{asked.asker.called} said so.",))]
    blocks += [Choices(buttons)] if buttons else []
    return Reply(text, tuple(blocks), private=here.is_person)


def _meant(asked: Asked, here: Here, said: str) -> QuietHours | Reply:
    """Raises BadRequest, one thing at a time."""
    but, rest = _floor(asked, said)
    weekends = asked.said.has("weekends") or bool(_WEEKENDS.search(rest))
    rest = _WEEKENDS.sub(" ", rest).strip()
    night = _NIGHT.search(rest)
    start = end = None
    if night is not None:
        start, end = time_of_day(night[1]), time_of_day(night[2])
        if start is None or end is None:
            raise BadRequest(f"“{night[0].strip()}” is no time of day. {_HOW}")
        if start == end:
            raise BadRequest(f"From {clock(start)} to {clock(end)} would be the whole day; for that there is: pause.")
        rest = f"{rest[: night.start()]} {rest[night.end() :]}"
    if start is None and not weekends:
        raise BadRequest(f"From when to when? {_HOW}")
    zone = zone_said(rest, asked.asker.zone)
    if isinstance(zone, str):
        return QuietHours(zone, start, end, weekends, but)
    lines = [(name, f"quiet hours {QuietHours(name, start, end, weekends, but)}{here.again}") for name in zone]
    return which_zone(rest, lines)


def _floor(asked: Asked, said: str) -> tuple[Severity, str]:
    """What breaks through, and the rest of the words. Raises BadRequest."""
    option, match = asked.said.option("except"), _BUT.search(said)
    word = (option if option is not None else match[1] if match else "critical").lower()
    if word not in FLOORS:
        raise BadRequest(f"Except from how loud on? --except wants one of {', '.join(FLOORS)}.")
    return FLOORS[word], _BUT.sub(" ", said)


def _form(here: Here, quiet: QuietHours | None, zone: str | None) -> Form:
    nights = quiet is not None and quiet.start is not None and quiet.end is not None
    but = quiet.but if quiet is not None else Severity.CRITICAL
    floors = tuple((f"{name} alerts" if name == "critical" else f"{name} or louder", name) for name in FLOORS)
    return Form(
        title="Quiet hours",
        fields=(
            Field("from", "From", initial=clock(quiet.start or 0) if quiet and nights else "20:00"),
            Field("to", "To", initial=clock(quiet.end or 0) if quiet and nights else "08:00"),
            Field(
                "weekends", "Saturdays and Sundays", kind="choice",
                options=(("Quiet all day", "weekends"),),
                initial="weekends" if quiet and quiet.weekends else None, optional=True,
            ),
            Field("zone", "Time zone", initial=quiet.zone if quiet else zone or "UTC", placeholder="Europe/Berlin"),
            Field("but", "Said all the same", kind="choice", options=floors, initial=str(but)),
        ),
        command=f"quiet hours {{from}} {{to}} {{weekends}} {{zone}} --except {{but}}{here.again}",
    )  # fmt: skip


COMMAND = Command(
    word="quiet-hours",
    answer=answer,
    usage="quiet hours 20:00-08:00 [Europe/Berlin] [weekends] [except high]",
    help="this channel, or you in a direct message, hear only what cannot wait; the rest comes in one message",
    more=(
        "In a channel it is for the channel, in a direct message (or with --me) for what comes to you alone.",
        "The zone is yours where you name none. Only critical alerts break through, or what you say after “except”.",
        "At a terminal name the place: quiet hours 20:00-08:00 #finance",
        "What heals meanwhile is not said; a change that is announced for within those hours is.",
        "quiet hours shows them, quiet hours off ends them.",
    ),
    examples=(
        "quiet hours 20:00-08:00",
        "quiet hours 19:30-07:00 weekends Europe/Berlin except high",
        "quiet hours off",
    ),
    changes=True,
)
