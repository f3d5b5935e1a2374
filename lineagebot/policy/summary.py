"""A storm in one message, with its cause. What waited for a place is another kind of summary (roundup.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from lineagebot.model import Alert, AssetKey, Coverage, Severity
from lineagebot.policy.message import VERBS
from lineagebot.policy.say import WORST, coverage_note, listed
from lineagebot.policy.say import count as counted
from lineagebot.policy.state import Stormy
from lineagebot.policy.storm import ANYTHING
from lineagebot.reply import Block, Items, Moment, Mono, Note, Paragraph, Reply, Strong, words

#: The kind of the alert that stands for many.
KIND = "storm"
#: Alerts named in the thread of a storm.
NAMED = 50


def headline_of(storm: Stormy, members: Sequence[Alert], who: str) -> str:
    """Who, how many, where, and what they have in common: "ben hit 500 things in use in shop.marts, in one session"."""
    things = f"{storm.count:,} things in use"
    place = f" in {where_of(members)}" if len({a.asset for a in members}) > 1 else ""
    if storm.cause == ANYTHING:
        logins = len({a.login for a in members})
        whose = f"{who} alone" if logins == 1 else counted(logins, "account")
        return f"{things}{place} were hit within minutes, by {whose}"
    kind, _, name = storm.cause.partition(" ")
    common = {"session": "in one session", "job": f"in the job {name}", "account": f"as {name}"}[kind]
    return f"{who} hit {things}{place}, {common}"


def of_storm(storm: Stormy, members: Sequence[Alert], headline: str, coverage: Coverage, now: datetime) -> Reply:
    """The unchanging part of the storm's message, until more comes: what was done, the worst of it, and the rest."""
    done = Counter(VERBS.get(a.kind, a.kind) for a in members)
    said = listed([f"{verb.rstrip(',')} ({counted(n, 'time')})" for verb, n in done.most_common()])
    worst = sorted(members, key=lambda a: (list(Severity).index(a.severity), a.happened_at))
    blocks: list[Block] = [
        Paragraph((Moment(storm.since), *_by(storm), f" · {said}")),
        Items(tuple(map(_line, worst[:WORST])), title="The worst of it", more=storm.count - len(worst[:WORST])),
        Note(words(_elsewhere(storm))),
        coverage_note(coverage, now),
    ]
    rest = Items(tuple(map(_line, members[:NAMED])), title="One by one", more=storm.count - len(members[:NAMED]))
    return Reply(f"{headline}: {said}.", tuple(blocks), private=False, details=(rest,))


def where_of(members: Sequence[Alert]) -> AssetKey:
    """The innermost schema or database that holds all of them."""
    first, *others = [a.asset for a in members]
    depth = max(1, len(first.path) - 1)
    while depth > 1 and any(key.path[:depth] != first.path[:depth] for key in others):
        depth -= 1
    return AssetKey(first.system, first.path[:depth])


def loudest(members: Sequence[Alert]) -> Severity:
    return min((a.severity for a in members), key=list(Severity).index)


def _by(storm: Stormy) -> tuple[str | Mono, ...]:
    if storm.cause == ANYTHING or storm.by.login is None:
        return ()
    program = (" with ", Mono(storm.by.application)) if storm.by.application else ()
    return (" · login ", Mono(storm.by.login), *program)


def _elsewhere(storm: Stormy) -> str:
    each = "Each of them is listed by `alerts`, with its own way back by `alerts <its name>`."
    if not storm.told:
        return each
    were = "one was" if storm.told == 1 else f"{storm.told} were"
    return f"Before it was a storm {were} told one by one. {each}"


def _line(alert: Alert) -> tuple[Mono | Strong | str, ...]:
    return (Mono(alert.id), f" {alert.severity}: {alert.headline}")
