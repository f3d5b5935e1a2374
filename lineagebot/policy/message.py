"""The alert as people read it: what happened in one line, what breaks, who must know, how to get it back.

`told` is written once, when the alert is raised; `drawn` adds the state and the buttons of the moment, and is drawn
again in place at every change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from lineagebot import reply
from lineagebot.graph.impact import Consumer, Harm, Impact, Verdict
from lineagebot.model import Action, Alert, AlertState, Certainty, Effect, Severity
from lineagebot.policy import probe
from lineagebot.policy.audience import UNOWNED
from lineagebot.policy.probe import Says
from lineagebot.policy.recovery import Recovery
from lineagebot.policy.rules import RULES, UNCERTAIN
from lineagebot.policy.say import consumers_block, count, coverage_note, listed, readers_block, readers_line, tallied_by
from lineagebot.policy.step import Brief, Candidate
from lineagebot.reply import (
    Block,
    Choice,
    Choices,
    Code,
    Confirm,
    Field,
    Form,
    Heading,
    Menu,
    Moment,
    Mono,
    Note,
    Paragraph,
    Reply,
    Span,
    Strong,
    words,
)

#: Consumers and readers named in the message itself; the rest is counted, and listed in the thread.
WORST = 3
#: Characters of the statement that are shown.
STATEMENT_SHOWN = 1500

_NOT_CONFIRMED = " · the log is late, so it is not confirmed that it still stands this way"

SIGNS: Mapping[Severity, str] = {
    Severity.CRITICAL: "🔴",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🟡",
    Severity.INFO: "⚪",
}

VERBS: Mapping[str, str] = {rule.kind: rule.verb for rule in reversed((*RULES, UNCERTAIN))}


def headline(candidate: Candidate, who: str) -> str:
    """One line: who did what to what. "Ben Ito dropped the table marts.revenue_daily"."""
    effect = candidate.effect
    if candidate.taken_along:
        return f"{who} took the view {_short(effect)} along with a DROP … CASCADE"
    if candidate.kind == UNCERTAIN.kind:
        return f"{who} may have changed {_short(effect)}: the statement was not understood, but looks destructive"
    text = f"{who} {_verb(candidate)} {_short(effect)}"
    if effect.action in (Action.RENAME, Action.SET_SCHEMA) and effect.renamed_to:
        text += f" to {'.'.join(effect.renamed_to.path[-2:])}"
    if effect.columns and effect.action is not Action.DROP:
        text += f" ({', '.join(_change(c.name, c.renamed_to) for c in effect.columns)})"
    if effect.certainty is Certainty.POSSIBLE:
        text += ", in a branch that may not have run"
    return text


def told(
    candidate: Candidate,
    impact: Impact,
    *,
    who: str,
    recovery: Recovery,
    now: datetime,
    unconfirmed: bool = False,
    judgement: tuple[Says, datetime] | None = None,
    announced: str = "",
    unannounced: bool = False,
) -> Reply:
    """The unchanging part: cause, blast radius, people, way back; the statement and the whole list in `details`.

    `judgement`: what the warehouse said when it was asked. `announced`: where a change was announced and this goes
    beyond it, that in a sentence; `unannounced`: people here announce what they do, and nobody announced this.
    """
    line = headline(candidate, who)
    blocks: list[Block] = [
        Paragraph(_cause(candidate.brief, judgement, unconfirmed=unconfirmed, unannounced=unannounced))
    ]
    blocks += [Paragraph((Strong(announced),))] if announced else []
    blocks += consumers_block(impact, limit=WORST, tallied=True)
    blocks += readers_line(impact.readers, limit=WORST)
    blocks.append(Paragraph((Strong("Way back: "), recovery.says)))
    if recovery.sql:
        blocks.append(Code(recovery.sql))
    blocks += [Paragraph((sentence,)) for sentence in impact.unsure]
    blocks.append(coverage_note(impact.coverage, now))
    return Reply(
        summary=" ".join(filter(None, (f"{line}.", announced, _radius(impact)))),
        blocks=tuple(blocks),
        private=False,
        details=tuple(_details(candidate, impact)),
    )


def drawn(alert: Alert, *, why: str | None = None) -> Reply:
    """The message as it stands now: sign, state, story, and the buttons that are still of use."""
    story: Reply = reply.from_json(json.loads(alert.message))
    sign = "✅" if alert.state.is_over else SIGNS[alert.severity]
    word = f"{alert.severity} impact" if alert.state is AlertState.OPEN else str(alert.state)
    cause, *rest = story.blocks
    if alert.state.is_over:
        # Whoever comes back to it wants to know that it is over, and what it had been: no more.
        rest = [block for block in rest if isinstance(block, reply.Items)]
    blocks: list[Block] = [Heading(f"{sign} {alert.headline}"), *_standing(alert, cause), *_aftermath(alert), *rest]
    if why:
        blocks.append(Note(words(f"You hear this because {why}.")))
    if not alert.state.is_over:
        blocks.append(Choices(_buttons(alert, unowned=why == UNOWNED and bool(alert.fingerprint))))
    return Reply(
        summary=f"{sign} {word.capitalize()}: {story.summary}",
        blocks=tuple(blocks),
        private=False,
        details=story.details,
    )


def details_of(alert: Alert) -> tuple[Block, ...]:
    """What belongs in the thread below the message."""
    story: Reply = reply.from_json(json.loads(alert.message))
    return story.details


def catch_up(alerts: tuple[Alert, ...], now: datetime) -> Reply:
    """What happened while nobody watched and is still broken: one message instead of many."""
    order = list(Severity)
    loudest = sorted(alerts, key=lambda a: (order.index(a.severity), a.happened_at, a.id))
    items = tuple(
        (f"{SIGNS[a.severity]} {a.headline} · ", Moment(a.happened_at, "ago"), " · ", Mono(a.id)) for a in loudest
    )
    hit = f"{count(len(alerts), 'destructive statement')} hit something in use and"
    text = f"While I was not reading, {hit} {'is' if len(alerts) == 1 else 'are'} not put right."
    return Reply(
        summary=text,
        blocks=(
            Heading("Catching up"),
            Paragraph((text,)),
            reply.Items(items[:20], more=max(0, len(items) - 20)),
            Choices((Choice("Alerts", "alerts"),)),
        ),
        private=False,
    )


def set_aside(statements: tuple[str, ...], mistake: str) -> Reply:
    """Statements that our own fold stumbled over: named, so that somebody can look at them."""
    text = f"{len(statements)} statement(s) broke my judgement ({mistake}) and were set aside; the rest goes on."
    items = tuple((Mono(name),) for name in statements[:20])
    return Reply(
        summary=text,
        blocks=(
            Heading("Set aside"),
            Paragraph((text,)),
            reply.Items(items, more=max(0, len(statements) - 20)),
            Note(
                words("Nothing was said of them, whatever they did. This is a mistake of lineagebot: please report it.")
            ),
        ),
        private=False,
    )


def _cause(
    brief: Brief, judgement: tuple[Says, datetime] | None, *, unconfirmed: bool, unannounced: bool
) -> tuple[Span, ...]:
    spans: list[Span] = [Moment(brief.started_at)]
    if brief.login:
        spans += [" · login ", Mono(brief.login)]
    if brief.application:
        spans += [" with ", Mono(brief.application)]
    if brief.via:
        spans += [" for ", Mono(brief.via)]
    if unannounced:
        spans.append(" · not announced")
    if judgement is not None:
        spans += [" · ", *probe.spans(judgement)]
    if unconfirmed and not (judgement and judgement[0] in (Says.GONE, Says.LACKS)):
        spans.append(_NOT_CONFIRMED)
    return tuple(spans)


def _details(candidate: Candidate, impact: Impact) -> list[Block]:
    text = candidate.brief.text.strip()
    cut = "" if len(text) <= STATEMENT_SHOWN else "\n-- …"
    blocks: list[Block] = [
        Paragraph(words("The statement, its literals hidden:")),
        Code(text[:STATEMENT_SHOWN] + cut),
    ]
    if len(impact.consumers) > WORST:
        blocks += consumers_block(impact, limit=50)
    if len(impact.readers) > WORST:
        blocks += readers_block(impact.readers, limit=50, today=candidate.brief.started_at.date())
    paths = [_path(c) for c in impact.consumers[:WORST] if len(c.path) > 2]
    if paths:
        blocks.append(Paragraph(words("How it gets there:")))
        blocks.append(Code("\n".join(paths), language="text"))
    return blocks


def _path(consumer: Consumer) -> str:
    names = [".".join(key.path[-2:]) for key in consumer.path[:-1]]
    return " → ".join([*names, consumer.asset.title])


def _radius(impact: Impact) -> str:
    people = sum(not r.via_machine for r in impact.readers)
    said = [*tallied_by(impact.by_kind(*Verdict)), *([count(people, "person", "people")] if people else [])]
    verb = "Goes on" if all(c.harm is Harm.FOLLOWS for c in impact.consumers) and impact.consumers else "Hit"
    return f"{verb}: {listed(said)}." if said else "Its readers are machines."


def _standing(alert: Alert, cause: Block) -> list[Block]:
    """One line while nobody has touched it; who did, on a line of its own, afterwards."""
    told_of = cause.words if isinstance(cause, Paragraph) else ()
    if alert.state.is_over:
        # Whether it was confirmed then is no news any more, and by now it may be wrong.
        told_of = tuple(word for word in probe.without_spans(told_of) if word != _NOT_CONFIRMED)
    again: tuple[Span, ...] = (f" · {alert.count} times",) if alert.count > 1 else ()
    if alert.state is AlertState.OPEN:
        return [Paragraph((Strong(f"{alert.severity.capitalize()} impact"), " · ", *told_of, *again))]
    state: list[Span] = [Strong(alert.state.capitalize())]
    if alert.acted_by:
        state += [f" by {alert.acted_by}"]
    if alert.snoozed_until and alert.state is AlertState.SNOOZED:
        state += [" ", Moment(alert.snoozed_until, "until")]
    elif alert.acted_at:
        state += [" · ", Moment(alert.acted_at)]
    return [Paragraph(tuple(state)), Paragraph((*told_of, *again))]


def _aftermath(alert: Alert) -> tuple[Block, ...]:
    return (Paragraph((Strong("What really broke: "), f"{alert.aftermath}.")),) if alert.aftermath else ()


def _buttons(alert: Alert, *, unowned: bool) -> tuple[Choice | Menu, ...]:
    """Each carries the version that it was drawn for, so that a stale click is answered, not obeyed."""
    seen = f"--seen {alert.version}"
    buttons: list[Choice | Menu] = []
    if alert.state is not AlertState.ACKNOWLEDGED:
        buttons.append(Choice("Acknowledge", f"ack {alert.id} {seen}", style="primary"))
    times = (("1 hour", "1h"), ("4 hours", "4h"), ("Until tomorrow", "tomorrow"))
    buttons.append(Menu("Snooze", tuple((label, f"snooze {alert.id} {time} {seen}") for label, time in times)))
    sure = Confirm("Resolve this alert?", "It is drawn as done for everybody.", "Resolve")
    buttons.append(Choice("Resolve", f"resolve {alert.id} {seen}", confirm=sure))
    if unowned:
        buttons.append(Choice("This is mine", f"mine {alert.id} {seen}"))
    more = (("Pass it on …", f"reassign {alert.id}"), *_noise(alert, seen), ("Lineage", f'lineage "{alert.asset}"'))
    buttons.append(Menu("More", more, overflow=True))
    return tuple(buttons)


def passing_on(alert: Alert) -> Form:
    """Asks to whom."""
    return Form(
        title="Pass it on",
        fields=(
            Field("person", "To a person", kind="person", optional=True),
            Field("channel", "… or a channel", kind="channel", optional=True),
        ),
        command=f"reassign {alert.id} {{person}} {{channel}}",
        submit="Pass it on",
        intro=(alert.headline,),
    )


def _noise(alert: Alert, seen: str) -> Iterator[tuple[str, str]]:
    """What of it no later alert should be about."""
    if alert.fingerprint:
        yield "Noise: not this statement again", f"quiet {alert.id} statement {seen}"
    if alert.login:
        yield f"Noise: nothing that {alert.login} does", f"quiet {alert.id} account {seen}"
    yield f"Noise: nothing about {'.'.join(alert.asset.path[-2:])}", f"quiet {alert.id} asset {seen}"


def _verb(candidate: Candidate) -> str:
    fitting = next((r for r in RULES if r.kind == candidate.kind and r.fits(candidate.effect)), None)
    return fitting.verb if fitting else VERBS[candidate.kind]


def _short(effect: Effect) -> str:
    return ".".join(effect.target.path[-2:]) if len(effect.target.path) > 2 else effect.target.name


def _change(name: str, renamed_to: str | None) -> str:
    return f"{name} → {renamed_to}" if renamed_to else name
