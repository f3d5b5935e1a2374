"""Many alerts in one message: the morning after quiet hours, a digest, the end of a pause; redrawn as they change.

What is still broken comes first, by loudness, dashboards before all else and one line an asset; what was put right
meanwhile is apart, in one line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from lineagebot import reply
from lineagebot.model import Alert, AlertState, AssetKey, Gathered, Roundup, Severity, Until
from lineagebot.policy.audience import FOLLOWS
from lineagebot.policy.message import SIGNS
from lineagebot.policy.say import count, listed, short
from lineagebot.reply import (
    Block,
    Choice,
    Choices,
    Heading,
    Items,
    Menu,
    Moment,
    Note,
    Paragraph,
    Reply,
    Span,
    Strong,
    Words,
    words,
)

#: Assets named one by one; the rest is counted.
SHOWN = 15
#: Dashboards named in a line, and alerts of one asset.
NAMED = 2
#: Assets named among those that were put right, and reasons named at the foot.
LISTED = 6
#: Alerts that the menu holds, and characters of each.
OPTIONS = 25
_LABEL = 70

_HEADINGS: Mapping[Until, str] = {
    Until.MORNING: "During your quiet hours",
    Until.RESUMED: "While alerts were paused",
    Until.DIGEST: "Digest",
}


def drawn(roundup: Roundup, gathered: Sequence[Gathered]) -> Reply:
    """The message as it stands now."""
    standing = [g for g in gathered if not g.alert.state.is_over]
    over = [g for g in gathered if g.alert.state.is_over]
    foot: Reply = reply.from_json(json.loads(roundup.foot))
    tally = _tally(len(standing), len(over)) or foot.summary
    blocks: list[Block] = [
        Heading(_HEADINGS[roundup.kind]),
        Paragraph((Strong(tally), " Since ", Moment(roundup.since), ".")),
    ]
    blocks += _open(standing)
    if over:
        blocks.append(Paragraph((Strong("Put right: "), *_over(over))))
    blocks += foot.blocks
    if reasons := _reasons(gathered):
        blocks.append(Note(words(reasons)))
    if gathered:
        blocks.append(Choices(_buttons((*standing, *over))))
    worst = f" {standing[0].alert.headline}." if standing else ""
    return Reply(f"{_HEADINGS[roundup.kind]}: {tally}{worst}", tuple(blocks), private=False)


def foot(*, singly: int, coverage: Note | None) -> Reply:
    """The unchanging part: what was said at once; where nothing happened, how far the logs were read (`coverage`)."""
    blocks: list[Block] = []
    if singly:
        said = f"{count(singly, 'other alert')} {'was' if singly == 1 else 'were'} said at once, and not again here."
        blocks.append(Note(words(said)))
    blocks += [coverage] if coverage is not None else []
    nothing = "Nothing else happened" if singly else "Nothing happened"
    return Reply(f"{nothing} that I would alert about.", tuple(blocks), private=False)


def _tally(standing: int, over: int) -> str:
    """ "3 alerts are open, 2 were put right."; "" where there is none."""
    if not standing and not over:
        return ""
    still = f"{count(standing, 'alert')} {'is' if standing == 1 else 'are'} open" if standing else "No alert is open"
    return f"{still}, {over} {'was' if over == 1 else 'were'} put right." if over else f"{still}."


def _open(standing: Sequence[Gathered]) -> Iterator[Block]:
    """One line an asset, under the loudness of its loudest alert."""
    assets: dict[AssetKey, list[Gathered]] = {}
    for one in standing:
        assets.setdefault(one.alert.asset, []).append(one)
    groups = sorted(assets.values(), key=_rank)
    shown, more = groups[:SHOWN], max(0, len(groups) - SHOWN)
    for severity in Severity:
        here = [group for group in shown if _loudest(group) is severity]
        if here:
            is_last = here[-1] is shown[-1]
            title = f"{SIGNS[severity]} {severity.capitalize()}"
            yield Items(tuple(_line(group) for group in here), title=title, more=more if is_last else 0)


def _rank(group: Sequence[Gathered]) -> tuple[int, bool, object, str]:
    """Louder first, dashboards before all else of that loudness, then the oldest."""
    oldest = min(one.alert.happened_at for one in group)
    hits_dashboard = any(one.dashboards for one in group)
    return list(Severity).index(_loudest(group)), not hits_dashboard, oldest, group[0].alert.id


def _loudest(group: Sequence[Gathered]) -> Severity:
    return min((one.alert.severity for one in group), key=list(Severity).index)


def _line(group: Sequence[Gathered]) -> Words:
    boards = list(dict.fromkeys(name for one in group for name in one.dashboards))
    hit: tuple[Span, ...] = ()
    if boards:
        more = f" and {len(boards) - NAMED} more" if len(boards) > NAMED else ""
        hit = (f" · {'dashboard' if len(boards) == 1 else 'dashboards'} ", Strong(", ".join(boards[:NAMED])), more)
    if len(group) == 1:
        return (*_alert(group[0].alert), *hit)
    first: list[Span] = [Strong(short(group[0].alert.asset)), f", {len(group)} alerts: "]
    for n, one in enumerate(group[:NAMED]):
        first += ["; " if n else "", *_alert(one.alert)]
    more = f"; and {len(group) - NAMED} more" if len(group) > NAMED else ""
    return (*first, more, *hit)


def _alert(alert: Alert) -> Words:
    state = "" if alert.state is AlertState.OPEN else f" · {alert.state}"
    by = f" by {alert.acted_by}" if state and alert.acted_by else ""
    return (alert.headline, ", ", Moment(alert.happened_at, "ago"), f"{state}{by}")


def _over(over: Sequence[Gathered]) -> Words:
    """ "marts.orders by anna, raw.events and 3 more." """
    by_asset = {one.alert.asset: one.alert for one in over}
    names = [
        short(asset) + (f" by {alert.acted_by}" if alert.acted_by else "")
        for asset, alert in list(by_asset.items())[:LISTED]
    ]
    names += [f"{len(by_asset) - LISTED} more"] if len(by_asset) > LISTED else []
    return (f"{listed(names)}.",)


def _reasons(gathered: Sequence[Gathered]) -> str:
    """ "You hear this because #finance owns Revenue, and this place follows marts.* and tag:tier1." """
    reasons = list(dict.fromkeys(one.why for one in gathered if one.why))
    followed = [why.removeprefix(FOLLOWS) for why in reasons if why.startswith(FOLLOWS)]
    others = [why for why in reasons if not why.startswith(FOLLOWS)]
    said = [_some(others)] if others else []
    said += [f"{FOLLOWS}{_some(followed)}"] if followed else []
    return f"You hear this because {', and '.join(said)}." if said else ""


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    return listed([*names[:NAMED], *more])


def _buttons(shown: Sequence[Gathered]) -> tuple[Choice | Menu, ...]:
    alerts = {one.alert.id: one.alert for one in shown}
    options = tuple((_label(alert), f"alerts {alert.id}") for alert in list(alerts.values())[:OPTIONS])
    return (Menu("Show one in full", options), Choice("Open alerts", "alerts"))


def _label(alert: Alert) -> str:
    return alert.headline if len(alert.headline) <= _LABEL else alert.headline[: _LABEL - 1] + "…"
