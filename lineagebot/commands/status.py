"""`status`, `pause`, `resume`: how fresh each source is, what waits to be said, and a switch for quiet."""

from __future__ import annotations

from datetime import datetime

from lineagebot.commands.alerts import span_of
from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.services import Services
from lineagebot.commands.when import zone_of
from lineagebot.model import Coverage, Freshness
from lineagebot.policy.say import count, coverage_note, day
from lineagebot.reply import Block, Choice, Choices, Heading, Items, Note, Paragraph, Reply, Strong, Table, Words
from lineagebot.store import alerts, curation, outbox, watch
from lineagebot.store.watch import Pause

#: Minutes that a message may wait before `status` says so.
STUCK_MINUTES = 5


def status(asked: Asked, services: Services) -> Reply:
    now = asked.request.now
    coverage = services.graph.coverage()
    with services.store.begin() as tx:
        open_alerts = [a for a in alerts.find_open(tx) if not a.state.is_over]
        waiting, oldest = outbox.backlog(tx)
        pause = watch.paused(tx, asked.asker.workspace, now=now)
    blocks: list[Block] = [Heading("Status")]
    if coverage.sources:
        header = ("source", "kind", "log read to", "catalog read", "statements", "not understood")
        blocks.append(Table(header, tuple(_row(source, now) for source in coverage.sources)))
    else:
        blocks.append(Paragraph(("No source is connected yet. Add one to lineagebot.toml; the README shows how.",)))
    if lost := tuple(_lost(s) for s in coverage.sources if s.unmatched):
        blocks.append(Items(lost, title="Read elsewhere, and not matched"))
    if troubles := tuple((Strong(f"{s.system}: "), s.complaint) for s in coverage.sources if s.complaint):
        blocks.append(Items(troubles, title="Trouble"))
    blocks.append(Paragraph((_alerts_line(len(open_alerts), waiting, oldest, now),)))
    if pause is not None:
        blocks.append(Paragraph((_paused_line(pause, now),)))
    blocks.append(coverage_note(coverage, now))
    blocks.append(Choices(_buttons(bool(open_alerts), paused=pause is not None)))
    said = f"{count(len(coverage.sources), 'source')}, {_health(coverage)}; {count(len(open_alerts), 'open alert')}."
    return Reply(said, tuple(blocks))


def _health(coverage: Coverage) -> str:
    sick = [s.system for s in coverage.sources if s.trouble or (s.watermark or s.inventory_at) is None]
    unlogged = [s.system for s in coverage.sources if s.is_unlogged]
    if not coverage.sources:
        return "so nothing is known"
    if sick:
        return f"trouble with {', '.join(sick)}"
    return f"no log read of {', '.join(unlogged)}" if unlogged else "all is well"


def _row(source: Freshness, now: datetime) -> tuple[str, ...]:
    return (
        source.system,
        source.kind,
        _age(source.watermark, now) if source.watermark or not source.has_no_log else "has none",
        _age(source.inventory_at, now),
        f"{source.statements:,}",
        _share(source),
    )


def _lost(source: Freshness) -> Words:
    said = (
        f"{source.unmatched:,} of the {source.references:,} names that it reads in other systems were not found there"
    )
    return (Strong(f"{source.system}: "), f"{said}; lineagebot sources lists them")


def _age(at: datetime | None, now: datetime) -> str:
    """A table's cell cannot be drawn in the reader's own zone; an age needs none."""
    if at is None:
        return "never yet"
    seconds = max(0, int((now - at).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def _time(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "never yet"
    return f"{at:%H:%M:%S} UTC" if at.date() == now.date() else f"{day(at)} {at:%H:%M} UTC"


def _share(source: Freshness) -> str:
    if not source.not_understood:
        return "0"
    return f"{source.not_understood:,} ({100 * source.not_understood / max(1, source.statements):.1f} %)"


def _alerts_line(open_alerts: int, waiting: int, oldest: datetime | None, now: datetime) -> str:
    said = f"{count(open_alerts, 'open alert') if open_alerts else 'No open alert'}; "
    said += f"{count(waiting, 'message')} waiting to be sent" if waiting else "nothing waiting to be sent"
    minutes = int((now - oldest).total_seconds() // 60) if oldest is not None and waiting else 0
    return f"{said}, the oldest for {count(minutes, 'minute')}." if minutes >= STUCK_MINUTES else f"{said}."


def _paused_line(pause: Pause, now: datetime) -> str:
    until = "until someone resumes" if pause.until is None else f"until {_time(pause.until, now)}"
    return f"Alerts are paused by {pause.by} {until}."


def _buttons(open_alerts: bool, *, paused: bool) -> tuple[Choice, ...]:
    first = (Choice("Alerts", "alerts"),) if open_alerts else ()
    return (*first, Choice("Resume alerts", "resume") if paused else Choice("Pause alerts for 1h", "pause 1h"))


def pause(asked: Asked, services: Services) -> Reply:
    now, asker = asked.request.now, asked.asker
    said = asked.said.name
    until = now + span_of(said, now, zone_of(asker.zone)) if said else None
    with services.store.begin() as tx:
        watch.set_paused(tx, asker.workspace, by=asker.called, at=now, until=until)
        curation.audit(tx, asker.workspace, asker.user, "pause", "alerts", str(until or ""), now)
    text = (
        f"Alerts are paused {f'until {_time(until, now)}' if until else 'until someone says resume'}. I keep watching."
    )
    return _aloud(text, f"{asker.called} paused the alerts", Choices((Choice("Resume", "resume"),)))


def resume(asked: Asked, services: Services) -> Reply:
    now, asker = asked.request.now, asked.asker
    with services.store.begin() as tx:
        was = watch.paused(tx, asker.workspace, now=now)
        watch.set_paused(tx, asker.workspace, False, by=asker.called, at=now)
        curation.audit(tx, asker.workspace, asker.user, "resume", "alerts", "", now)
    if was is None:
        text = "Alerts were not paused."
        return Reply(text, (Paragraph((text,)),))
    return _aloud("Alerts are on again.", f"{asker.called} resumed them")


def _aloud(text: str, who: str, *more: Block) -> Reply:
    """Anybody may, so that a noisy night needs no admin; and everybody there sees who did."""
    return Reply(f"{text} ({who}.)", (Paragraph((text,)), Note((f"{who}.",)), *more), private=False)


STATUS = Command(
    word="status",
    answer=status,
    usage="status",
    help="how fresh each source is, what was not understood, what waits",
)
PAUSE = Command(
    word="pause",
    answer=pause,
    usage="pause [2h | until 18:00]",
    help="no alerts in this workspace for a while; then one message with what is still open",
    more=(
        "However loud: neither alerts, nor lines in their threads, nor escalations, nor what is announced for later.",
        "What is announced for within the pause is told, and answers, buttons and warnings about myself go on.",
    ),
    examples=("pause 2h",),
    changes=True,
)
RESUME = Command(word="resume", answer=resume, usage="resume", help="alerts again", changes=True)
