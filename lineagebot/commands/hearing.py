"""What this channel, or a person, hears and when: pause, quiet hours, digest and subscriptions in one answer."""

from __future__ import annotations

from lineagebot.commands import digest, hours
from lineagebot.commands.asked import Asked
from lineagebot.commands.hours import Here
from lineagebot.commands.services import Services
from lineagebot.commands.subscribe import LISTED, told
from lineagebot.model import Listening
from lineagebot.policy.say import count
from lineagebot.reply import Block, Choice, Choices, Items, Moment, Mono, Paragraph, Reply, Strong, Words
from lineagebot.store import curation, held, listening, watch
from lineagebot.store.watch import Pause


def everything_mine(asked: Asked, services: Services) -> Reply:
    here = Here.of(asked, services)
    with services.store.begin() as tx:
        rule = listening.at_place(tx, here.where.workspace, here.where.channel)
        pause = watch.paused(tx, here.where.workspace, now=asked.request.now)
        waiting = len(held.alerts_at(tx, here.where))
        follows = [
            s.what
            for channel in dict.fromkeys((here.where.channel, here.dm or here.where.channel))
            for s in curation.subscriptions(tx, workspace=here.where.workspace, channel=channel)
        ]
    lines = [*_paused(pause), *_rules(rule)]
    if waiting:
        lines.append((Strong("Waiting: "), f"{count(waiting, 'alert')} to be said here later"))
    whose = f"{here.name} hears" if here.name else "You hear" if here.is_person else "This channel hears"
    names = sorted(told(what) for what in follows)
    blocks: list[Block] = [Items(tuple(lines), title=f"When {whose.replace('You', 'you').replace('This', 'this')}")]
    if names:
        items = tuple((Mono(name),) for name in names[:LISTED])
        blocks.append(Items(items, title=f"{whose} about", more=max(0, len(names) - LISTED)))
    else:
        blocks.append(Paragraph((f"{whose} about nothing by subscription; what one owns comes without.",)))
    buttons = (
        Choice("Quiet hours", f"quiet hours{here.again}"),
        Choice("Digest", f"digest{here.again}"),
        Choice("Resume alerts", "resume") if pause is not None else Choice("Subscriptions", "subscriptions"),
    )
    quiet = f"quiet {hours.told(rule.quiet)}" if rule.quiet is not None else "no quiet hours"
    text = f"{whose} about {count(len(names), 'subscription')}; {quiet}."
    return Reply(text, (*blocks, Choices(buttons)))


def _paused(pause: Pause | None) -> list[Words]:
    if pause is None:
        return []
    until: Words = ("until someone resumes",) if pause.until is None else (Moment(pause.until, "until"),)
    return [(Strong("Paused: "), f"all alerts, by {pause.by}, ", *until)]


def _rules(rule: Listening) -> list[Words]:
    quiet = f"{hours.told(rule.quiet)}, except {rule.quiet.but}" if rule.quiet is not None else "none"
    gathered = f"{digest.told(rule.digest)}, below {rule.digest.below}" if rule.digest is not None else "none"
    return [(Strong("Quiet hours: "), quiet), (Strong("Digest: "), gathered)]
