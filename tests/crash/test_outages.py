"""What the bot stands on fails and comes back: it goes on by itself, and tells what happened meanwhile once."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from pathlib import Path

import psycopg
import pytest

from .conftest import LONG, World, kill, wait

pytestmark = pytest.mark.crash


def leads(world: World, *, times: int = 1) -> None:
    wait(lambda: whole_log(world).count('"leading"') >= 2 * times, LONG, world.bot_log)


def whole_log(world: World) -> str:
    file = world.directory / "bot.log"
    return file.read_text(errors="replace") if file.exists() else ""


def postmaster_of(state: Path) -> int:
    data = Path(json.loads((state / "keeper.json").read_text())["data"])
    return int((data / "postmaster.pid").read_text().splitlines()[0])


@pytest.mark.timeout(600)
def test_the_store_is_killed_and_the_same_process_goes_on(world: World) -> None:
    bot = world.bot()
    leads(world)
    for _ in range(2):
        os.kill(postmaster_of(world.directory / "store"), signal.SIGKILL)
        world.drop_next()
        world.wait_until_all_is_told()

    assert bot.poll() is None
    assert world.told() == dict.fromkeys(world.dropped, 1)
    assert "Traceback" not in whole_log(world)


@pytest.mark.timeout(600)
def test_the_log_is_moved_away_and_comes_back(world: World) -> None:
    bot = world.bot()
    leads(world)
    logs = world.warehouse.log_directory
    away = logs.with_name("away")
    logs.rename(away)
    world.drop_next()
    wait(lambda: "does not exist" in whole_log(world), LONG, world.bot_log)
    away.rename(logs)
    world.wait_until_all_is_told()

    assert bot.poll() is None
    assert "well again" in whole_log(world)
    assert "Traceback" not in whole_log(world)


@pytest.mark.timeout(600)
def test_the_warehouse_is_killed_and_comes_back(world: World) -> None:
    bot = world.bot()
    leads(world)
    os.kill(postmaster_of(world.directory / "acme"), signal.SIGKILL)
    wait(lambda: is_up(world), LONG, world.bot_log)
    world.drop_next()
    world.wait_until_all_is_told()

    assert bot.poll() is None
    assert "Traceback" not in whole_log(world)


def is_up(world: World) -> bool:
    try:
        world.connect("ben").close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.timeout(600)
def test_of_two_processes_one_leads_and_the_other_takes_over(world: World) -> None:
    first = world.bot()
    leads(world)
    second = world.bot()
    world.drop_next()
    world.wait_until_all_is_told()
    kill(first)
    world.drop_next()
    world.wait_until_all_is_told()

    assert second.poll() is None
    assert world.told() == dict.fromkeys(world.dropped, 1)


@pytest.mark.timeout(600)
def test_who_syncs_and_who_watches_may_be_two_processes(world: World) -> None:
    world.bot("--role", "sync")
    world.bot("--role", "watch")
    world.drop_next()

    world.wait_until_all_is_told()


@pytest.mark.timeout(600)
def test_told_to_stop_it_stops_within_seconds_while_it_works(world: World) -> None:
    for _ in range(2):
        bot = world.bot()
        leads(world)
        world.drop_next()
        bot.send_signal(signal.SIGTERM)

        assert bot.wait(timeout=LONG) == 0
        (world.directory / "bot.log").write_text("")


@pytest.mark.timeout(600)
def test_health_says_how_each_loop_does_and_names_nothing_private(world: World) -> None:
    port = free_port()
    settings = world.settings.read_text().replace("port = 0", f"port = {port}")
    world.settings.write_text(settings)
    world.bot()
    leads(world)
    wait(lambda: health(port).get("sources", {}).get("acme", {}).get("watermark"), LONG, world.bot_log)
    world.warehouse.log_directory.rename(world.warehouse.log_directory.with_name("away"))
    wait(lambda: health(port)["loops"]["sync acme"] == "trouble", LONG, world.bot_log)
    said = health(port)

    assert (said["status"], said["store"], said["slack"]) == ("ok", "ok", "ok")
    assert {"deliver", "directory", "inventory acme", "sync", "watch"} <= said["loops"].keys()
    assert said["sources"]["acme"]["state"] == "trouble"
    assert str(world.directory) not in json.dumps(said)


@pytest.mark.timeout(600)
def test_a_port_that_is_taken_is_a_sentence(world: World) -> None:
    port = free_port()
    world.settings.write_text(world.settings.read_text().replace("port = 0", f"port = {port}"))
    world.bot()
    leads(world)
    second = world.bot()

    assert second.wait(timeout=LONG) == 1
    assert f"lineagebot: web.port: cannot listen on 127.0.0.1:{port}" in whole_log(world)
    assert "Traceback" not in whole_log(world)


def health(port: int) -> dict:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return json.loads(error.read())


def free_port() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
