"""`mine` and `reassign`: somebody takes on what an alert is about, or passes the alert on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lineagebot.model import Alert, AlertState, Severity
from lineagebot.policy.audience import UNOWNED
from lineagebot.reply import Destination, Reply, to_json
from lineagebot.store import alerts, curation
from lineagebot.store.engine import Store
from lineagebot.testing import NOW, key_of

Said = Callable[..., str]

HERE = Destination("T1", "C0ADMIN")


@pytest.fixture
def alert(store: Store) -> Alert:
    raised = Alert(
        id="k3x9q2ab", key="key", system="acme", asset=key_of("marts.revenue"), kind="drop_table",
        severity=Severity.HIGH, headline="etl dropped the table marts.revenue", message=str(to_json(Reply("x"))),
        happened_at=NOW, raised_at=NOW,
    )  # fmt: skip
    with store.begin() as tx:
        alerts.raise_alert(tx, raised, [HERE], why={HERE: UNOWNED})
        curation.link_handles(tx, "T1", {"ana@acme.test": "U0ANNA", "#finance": "C0FINANCE"})
    return raised


def told(store: Store) -> list[tuple[str, str | None]]:
    with store.begin() as tx:
        return [(post.channel, post.why) for post in alerts.posts(tx, "k3x9q2ab")]


def acts(store: Store) -> list[tuple[str, str]]:
    with store.begin() as tx:
        return [(a.act, a.detail) for a in reversed(curation.audit_log(tx))]


def test_this_is_mine_makes_the_asker_its_owner(alert: Alert, kept: Said, store: Store) -> None:
    assert "marts.revenue belongs to ana from now on." in kept("mine k3x9q2ab --seen 1")
    with store.begin() as tx:
        assert [o.id for o in curation.owners(tx, alert.asset)] == ["UANA"]
    assert told(store) == [("C0ADMIN", "nobody owned it when it happened")]
    assert acts(store) == [("set owners", "ana (UANA)")]

    assert "marts.revenue belongs to ana already" in kept("mine k3x9q2ab", user="UAMY", name="amy")


def test_a_click_on_an_older_drawing_takes_nothing_on(alert: Alert, kept: Said, store: Store) -> None:
    kept("ack k3x9q2ab", user="UAMY", name="amy")

    assert "Already acknowledged by amy" in kept("mine k3x9q2ab --seen 1")
    assert told(store) == [("C0ADMIN", UNOWNED)]


@pytest.mark.parametrize(
    ("whom", "channel", "name"),
    [
        ("<@U0BEN00|ben>", "U0BEN00", "ben"),
        ("ana@acme.test", "U0ANNA", "ana@acme.test"),
        ("#finance", "C0FINANCE", "#finance"),
    ],
)
@pytest.mark.usefixtures("alert")
def test_it_is_passed_on(whom: str, channel: str, name: str, kept: Said, store: Store) -> None:
    assert f"Passed on to {name}: etl dropped" in kept(f"reassign k3x9q2ab {whom}")
    assert told(store)[1:] == [(channel, f"ana passed it on to {name}")]
    assert acts(store) == [("reassign", name)]
    assert f"{name} was told of it already." in kept(f"reassign k3x9q2ab {whom}")


def test_from_a_terminal_it_goes_where_the_alert_was_said(alert: Alert, kept: Said, store: Store) -> None:
    kept("reassign k3x9q2ab ana@acme.test", workspace="terminal")
    with store.begin() as tx:
        assert {post.workspace for post in alerts.posts(tx, alert.id)} == {"T1"}


def test_what_is_over_is_not_passed_on(alert: Alert, kept: Said, store: Store) -> None:
    with store.begin() as tx:
        alerts.change(tx, alert.id, state=AlertState.HEALED, by="etl", at=NOW)

    assert "Already healed by etl" in kept("reassign k3x9q2ab #finance")


BAD = {
    "mine zzz": "I have no alert “zzz”",
    "reassign k3x9q2ab": "To whom?",
    "reassign k3x9q2ab @stranger": "I do not know how to write to stranger",
    "reassign k3x9q2ab <!subteam^S0DATA|data>": "I do not know how to write to @data",
}


@pytest.mark.parametrize("line", BAD)
@pytest.mark.usefixtures("alert")
def test_what_cannot_be_done_is_said(line: str, kept: Said, store: Store) -> None:
    assert BAD[line] in kept(line)
    assert told(store) == [("C0ADMIN", UNOWNED)]
