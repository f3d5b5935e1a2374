"""kill -9 at any moment loses no alert, says none twice, and leaves the graph as if nothing had happened."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Mapping

import pytest

from lineagebot import config
from lineagebot.app import App
from lineagebot.crashpoints import POINTS
from lineagebot.serve import now
from lineagebot.store import standing
from lineagebot.sync.runner import inventory_once, sync_once

from .conftest import KILLS, LONG, TABLES, World, kill, wait

pytestmark = pytest.mark.crash

#: Where the bot dies: in a long run five times at each crash point; else where something was done and not yet written.
PLACES = POINTS * (KILLS // 20) or ("sync.before-commit", "watch.before-commit", "deliver.posted", "deliver.updated")
SEED = 20261122


def slack_fails(world: World) -> None:
    world.slack.faults.answer("chat.postMessage", status=503)


def an_alert_heals(world: World) -> None:
    bot = world.bot()
    world.wait_until_all_is_told()
    kill(bot)
    world.make_again()


#: What must happen for a point to be passed; a drop is enough for the others.
BROUGHT_ABOUT: Mapping[str, Callable[[World], None]] = {
    "deliver.put-off": slack_fails,
    "deliver.updated": an_alert_heals,
}


@pytest.mark.timeout(3600)
def test_killed_at_each_crash_point_every_drop_is_told_once(world: World) -> None:
    for point in PLACES:
        BROUGHT_ABOUT.get(point, lambda world: None)(world)
        # A table, whose going the warehouse is asked about; what only lost its rows it is not.
        world.drop_next(table=True)
        bot = world.bot(crash_at=point)
        wait(lambda bot=bot: bot.poll() is not None, LONG, lambda point=point: f"{point} was never reached")
        assert bot.returncode == -signal.SIGKILL
    bot = world.bot()
    world.wait_until_all_is_told()
    kill(bot)

    assert world.all_is_told_once_and_in_order(), world.told()
    assert the_graph(world) == the_undisturbed_graph(world)


@pytest.mark.timeout(3600)
def test_killed_at_random_moments_every_drop_is_told_once(world: World) -> None:
    chance = random.Random(SEED)
    stop = threading.Event()
    before = len(world.dropped)
    working = threading.Thread(target=work, args=(world, chance.random(), stop))
    working.start()
    try:
        for _ in range(KILLS):
            bot = world.bot()
            time.sleep(chance.uniform(0.3, 3.5))
            kill(bot)
    finally:
        stop.set()
        working.join()
    bot = world.bot()
    world.wait_until_all_is_told()
    kill(bot)

    assert len(world.dropped) - before >= KILLS / 2
    assert world.told() == dict.fromkeys(world.dropped, 1)
    assert the_graph(world) == the_undisturbed_graph(world)


def work(world: World, seed: float, stop: threading.Event) -> None:
    """Statements go on while the bot lives and while it is dead."""
    chance = random.Random(seed)
    while not stop.wait(chance.uniform(0.5, 2.0)) and len(world.dropped) < TABLES:
        world.drop_next()
        world.rebuild()


def the_graph(world: World) -> object:
    """What stands in the store after the log was read to its end once more."""
    return graph_of(world, config.load(world.settings, environ={}))


def the_undisturbed_graph(world: World) -> object:
    """The same log, read by a bot that nobody ever killed."""
    text = world.settings.read_text(encoding="utf-8").replace("/store", "/undisturbed")
    path = world.directory / "undisturbed.toml"
    path.write_text(text, encoding="utf-8")
    return graph_of(world, config.load(path, environ={}))


def graph_of(world: World, settings: config.Settings) -> object:
    with App.open(settings) as app:
        for source in app.sources:
            inventory_once(source, app.store, now=now())
            sync_once(source, app.store, now=now())
            inventory_once(source, app.store, now=now())
        with app.store.begin() as tx:
            return standing.everything(tx)
