"""A statement that breaks us is set aside by name, told of once, and stops nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from lineagebot.alerts import watcher
from lineagebot.model import AssetKey
from lineagebot.policy import step as folding
from lineagebot.store import watch

from .conftest import ADMIN_ID, Desk, drop, key


def breaks_on(asset: AssetKey) -> Any:
    def step(state: Any, event: Any, *rest: Any, **more: Any) -> Any:
        if any(effect.target == asset for effect in getattr(event, "effects", ())):
            raise KeyError("a statement that nobody thought of")
        return folding.step(state, event, *rest, **more)

    return step


def test_a_statement_that_breaks_the_fold(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.board("Revenue", "marts.revenue", "marts.costs")
    monkeypatch.setattr(watcher, "step", breaks_on(key("marts.costs")))
    desk.happens(drop("marts.costs"))
    desk.happens(drop("marts.revenue"))
    desk.tick()
    desk.later(minutes=1)
    desk.tick()

    assert [alert.asset for alert in desk.alerts()] == [key("marts.revenue")]
    (told,) = [text for text in desk.texts() if "Set aside" in text]
    assert "acme s1" in told
    assert "KeyError" in told
    assert [channel for channel, text in desk.said() if text == "Set aside"] == [ADMIN_ID]
    with desk.store.begin() as tx:
        assert '"aside":1' in watch.load_state(tx, watcher.NAME)[1]


def test_a_harm_whose_reach_cannot_be_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window of one must not keep those of the others open."""
    desk.board("Revenue", "marts.revenue", "marts.costs")
    answer = watcher.answer

    def broken(graph: Any, asks: Any, *, today: Any) -> Any:
        if any(c.effect.target == key("marts.costs") for c in asks.impacts):
            raise RecursionError
        return answer(graph, asks, today=today)

    monkeypatch.setattr(watcher, "answer", broken)
    desk.happens(drop("marts.costs"))
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert [alert.asset for alert in desk.alerts()] == [key("marts.revenue")]
    assert len([text for text in desk.texts() if "Set aside" in text]) == 1


def test_an_alert_that_cannot_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it stood in the transaction already: that half goes too."""
    desk.board("Revenue", "marts.revenue", "marts.costs")
    raise_alert = watcher.alerts.raise_alert

    def broken(tx: Any, alert: Any, places: Any, **told: Any) -> bool:
        done = raise_alert(tx, alert, places, **told)
        if alert.asset == key("marts.costs"):
            tx.exec_driver_sql("select 1/0")
        return done

    monkeypatch.setattr(watcher.alerts, "raise_alert", broken)
    desk.happens(drop("marts.costs"))
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert [alert.asset for alert in desk.alerts()] == [key("marts.revenue")]
