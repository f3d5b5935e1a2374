"""An announced change as people read it: what, when and why, what it breaks, who objects; quiet, and drawn in place.

`told` is written once, when it is announced; `drawn` adds the state, the objections and the buttons of the moment.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from lineagebot import reply
from lineagebot.graph.impact import Impact
from lineagebot.model import Announcement, AnnouncementState, Asset, AssetKey, Effect
from lineagebot.policy.say import (
    WORST,
    consumers_block,
    coverage_note,
    effect_line,
    readers_line,
    short,
    verdict_line,
)
from lineagebot.reply import (
    Block,
    Choice,
    Choices,
    Code,
    Confirm,
    Field,
    Form,
    Heading,
    Items,
    Moment,
    Note,
    Paragraph,
    Reply,
    Span,
    Strong,
)

#: Characters of the statement that are shown.
STATEMENT_SHOWN = 1500
#: Changes named one by one before "and N more".
LISTED = 10

_SIGNS = {
    AnnouncementState.OPEN: "📣",
    AnnouncementState.DONE: "✅",
    AnnouncementState.CANCELLED: "🚫",
    AnnouncementState.MISSED: "⌛",
}
#: What to type for a time, where a form asks.
WHEN = Field("when", "When", placeholder="tomorrow 09:00, in 2h, 2026-12-01 18:30", hint="In your own time zone.")


def told(
    effects: Sequence[Effect], statement: str, impact: Impact, known: dict[AssetKey, Asset], now: datetime
) -> Reply:
    """The unchanging part: what would happen, to whom, and the statement."""
    lines = tuple(effect_line(effect, known.get(effect.target)) for effect in effects[:LISTED])
    blocks: list[Block] = [Items(lines, title="What is planned", more=max(0, len(effects) - LISTED))]
    blocks.append(Paragraph(verdict_line(impact)))
    blocks += consumers_block(impact, limit=WORST)
    blocks += readers_line(impact.readers, limit=WORST)
    cut = "" if len(statement) <= STATEMENT_SHOWN else "\n-- …"
    blocks.append(Code(statement[:STATEMENT_SHOWN] + cut))
    blocks.append(coverage_note(impact.coverage, now))
    return Reply(summary=title_of(effects), blocks=tuple(blocks), private=False)


def title_of(effects: Sequence[Effect]) -> str:
    """ "a change of marts.revenue and 2 more"."""
    names = list(dict.fromkeys(short(effect.target) for effect in effects))
    return f"a change of {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def title(announcement: Announcement) -> str:
    return title_of(announcement.effects)


def drawn(announcement: Announcement) -> Reply:
    """The message as it stands now."""
    a = announcement
    story: Reply = reply.from_json(json.loads(a.message))
    sign = _SIGNS[a.state]
    line = f"{a.name} announces {story.summary}"
    blocks: list[Block] = [Heading(f"{sign} {line}"), Paragraph(_when(a)), Paragraph((Strong("Why: "), a.why))]
    if a.objections:
        said = tuple((Strong(o.by), f": {o.why}") for o in a.objections[-LISTED:])
        blocks.append(Items(said, title="Objections", more=max(0, len(a.objections) - LISTED)))
    blocks += story.blocks
    if not a.state.is_over:
        blocks.append(Note(("If this harms you, object: the announcer is told, and it is shown here.",)))
        blocks.append(Choices(_buttons(a)))
    summary = f"{sign} {line}: {a.outcome}" if a.outcome else f"{sign} {line}, because: {a.why}"
    return Reply(summary=summary, blocks=tuple(blocks), private=False)


def _when(a: Announcement) -> tuple[Span, ...]:
    if a.outcome:
        return (Strong(a.state.capitalize()), f": {a.outcome} · planned for ", Moment(a.at))
    return (Strong("When: "), Moment(a.at))


def _buttons(a: Announcement) -> tuple[Choice, ...]:
    why = Field("why", "Why", kind="lines", hint=f"{a.name} is told, and it is shown below the announcement.")
    objecting = Form("Object to this change", (why,), f"announce object {a.id} {{why}}", submit="Object")
    moving = Form("Move this change", (WHEN,), f"announce move {a.id} {{when}}", submit="Move")
    sure = Confirm("Cancel this change?", "Everybody who was told of it is told so.", "Cancel it", "Keep it")
    return (
        Choice("Object", form=objecting),
        Choice("Move", form=moving),
        Choice("Cancel", f"announce cancel {a.id}", confirm=sure),
    )


def announcing(sql: str) -> Choice:
    """The button under a check."""
    why = Field("why", "Why", kind="lines", placeholder="replaced by marts.revenue_v2")
    form = Form(
        "Announce this change",
        (WHEN, why),
        f"announce {sql} {{when}} because {{why}}",
        submit="Announce",
        intro=("Its owners and readers are told, and may object.",),
    )
    return Choice("Announce this change", form=form)
