"""`quiet`, `quieted`, `unquiet`: from an alert or by words, seen by everybody, audited, and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lineagebot.model import Alert, AlertState, NoiseKind, Severity
from lineagebot.reply import Destination
from lineagebot.store import alerts, curation, outbox, quiet
from lineagebot.store.engine import Store
from lineagebot.testing import NOW, key_of

from .conftest import reply_to

Said = Callable[..., str]


def raised(store: Store, **more: str | None) -> None:
    told = {"statement_id": "s1", "fingerprint": "f00f", "login": "etl"} | more
    alert = Alert(
        id="k3x9q2ab", key="key", system="acme", asset=key_of("marts.revenue"), kind="drop_table",
        severity=Severity.HIGH, headline="etl dropped the table marts.revenue", message="{}", happened_at=NOW,
        raised_at=NOW, **told,  # type: ignore[arg-type]
    )  # fmt: skip
    with store.begin() as tx:
        alerts.raise_alert(tx, alert, [Destination("T1", "C1")])


def kept_quiet(store: Store) -> list[tuple[str, str, str | None]]:
    with store.begin() as tx:
        return [(str(n), n.system, n.login) for n in quiet.kept(tx)]


WORDS = {
    "quiet account etl_runner": ("what etl_runner does", "", None),
    "quiet marts.revenue": ("what happens to marts.revenue", "acme", None),
    "quiet asset marts.lonely": ("what happens to marts.lonely", "acme", None),
    "quiet statement 0a1b2c": ("the statement 0a1b2c", "", None),
    "noise login etl": ("what etl does", "", None),
}


@pytest.mark.parametrize("line", WORDS)
def test_words_quiet_an_account_an_asset_or_a_statement(line: str, kept: Said, store: Store) -> None:
    assert f"No more alerts about {WORDS[line][0]}. I keep watching." in kept(line)
    assert kept_quiet(store) == [WORDS[line]]
    kept(line)
    assert kept_quiet(store) == [WORDS[line]]


OF_ALERT = {
    "statement": ("the statement f00f of etl", "acme", "etl"),
    "account": ("what etl does", "acme", None),
    "asset": ("what happens to marts.revenue", "acme", None),
}


@pytest.mark.parametrize("what", OF_ALERT)
def test_not_a_problem_quiets_it_and_ends_the_alert(what: str, kept: Said, store: Store) -> None:
    raised(store)
    kept(f"quiet k3x9q2ab {what} --seen 1")

    assert kept_quiet(store) == [OF_ALERT[what]]
    with store.begin() as tx:
        alert = alerts.get(tx, "k3x9q2ab")
        assert alert is not None
        assert (alert.state, alert.acted_by) == (AlertState.RESOLVED, "ana")
        acts = [a.act for a in curation.audit_log(tx, workspace="T1")]
        (post,) = outbox.claim(tx, worker="w", now=NOW)
    assert acts == ["alert resolved", "quiet"]
    assert post.kind == "post"


def test_an_alert_alone_is_asked_back(kept: Said, store: Store) -> None:
    raised(store, login=None)
    said = kept("quiet k3x9q2ab")

    assert "What of it was noise" in said
    assert "This statement" in said
    assert "This account" not in said
    assert kept_quiet(store) == []


def test_a_click_on_an_older_drawing_quiets_nothing(kept: Said, store: Store) -> None:
    raised(store)
    kept("ack k3x9q2ab", user="UAMY", name="amy")

    assert "Already acknowledged by amy" in kept("quiet k3x9q2ab account --seen 1")
    assert kept_quiet(store) == []


def test_everybody_sees_it_and_can_undo_it(kept: Said, store: Store) -> None:
    assert not reply_to("quiet account etl", store=store).private
    with store.begin() as tx:
        (noise,) = quiet.kept(tx)
    assert noise.kind is NoiseKind.ACCOUNT
    assert f"{noise.id}: what etl does, says ana" in kept("quieted")
    assert "Alerts about what etl does are on again." in kept(f"unquiet {noise.id}")
    assert "Nothing is quieted." in kept("quieted")
    assert f"Nothing quieted has the number {noise.id}." in kept(f"unquiet {noise.id}")


BAD = {
    "quiet": "About what?",
    "quiet account": "Which account?",
    "unquiet": "Which one, by its number?",
    "unquiet etl": "Which one, by its number?",
    "quiet marts.nothing_of_that_name": "I know nothing named",
}


@pytest.mark.parametrize("line", BAD)
def test_what_cannot_be_read_is_asked_for(line: str, kept: Said, store: Store) -> None:
    assert BAD[line] in kept(line)
    assert kept_quiet(store) == []
