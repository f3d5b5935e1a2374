"""From the outbox to Slack: in order, nothing lost, nothing twice, whatever Slack does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from lineagebot.alerts.deliver import PATIENCE, Deliverer
from lineagebot.errors import CannotSay, SlackRefused, SlackTrouble
from lineagebot.playground.fake import BOT_TOKEN, FakeSlack
from lineagebot.playground.state import SCOPES
from lineagebot.reply import Destination
from lineagebot.slack.client import web_client
from lineagebot.slack.poster import SlackPoster
from lineagebot.store import curation, outbox

from .conftest import ADMIN, ADMIN_ID, TEAM, Desk, TroubledPoster, create, drop, truncate

FIN = "C0FIN"


@pytest.fixture
def poster(desk: Desk) -> TroubledPoster:
    assert isinstance(desk.poster, TroubledPoster)
    return desk.poster


def drop_all(desk: Desk, *tables: str, owner: str = "#finance") -> None:
    desk.board("Everything", *tables, owner=owner)
    for table in tables:
        desk.happens(drop(table))


def test_while_slack_is_down_messages_wait_and_keep_their_order(desk: Desk, poster: TroubledPoster) -> None:
    poster.trouble[FIN] = [SlackTrouble("down")] * 3
    drop_all(desk, "marts.a", "marts.b", "marts.c")
    desk.tick()
    assert desk.said() == []

    for _ in range(10):
        desk.later(seconds=20)
        desk.deliver()

    assert [heading.rsplit(".", 1)[1] for _, heading in desk.said()] == ["a", "b", "c"]
    assert desk.backlog() == 0


def test_a_slow_channel_does_not_hold_up_another(desk: Desk, poster: TroubledPoster) -> None:
    poster.trouble[FIN] = [SlackTrouble("down")] * 50
    desk.follow("C0OPS", "marts.a")
    drop_all(desk, "marts.a")
    desk.tick()

    assert [channel for channel, _ in desk.said()] == ["C0OPS"]


def test_slacks_wish_to_wait_is_honoured(desk: Desk, poster: TroubledPoster) -> None:
    poster.trouble[FIN] = [SlackTrouble("slow down", retry_after=90)]
    drop_all(desk, "marts.a")
    desk.tick()
    desk.later(seconds=89)
    desk.deliver()
    assert desk.said() == []
    desk.later(seconds=2)
    desk.deliver()
    assert len(desk.said()) == 1


def test_a_channel_that_refuses_is_said_to_the_admin_channel_once_and_its_alerts_go_there(
    desk: Desk, poster: TroubledPoster
) -> None:
    poster.trouble[FIN] = [SlackRefused("it is archived")] * 9
    drop_all(desk, "marts.a", "marts.b")
    desk.tick()

    refused = f"I cannot post to {FIN}: it is archived. What belongs there comes here until that is put right."
    assert {channel for channel, _ in desk.said()} == {ADMIN_ID}
    assert desk.texts().count(refused) == 1
    assert [heading for _, heading in desk.said() if "dropped" in heading] == [
        "🔴 ben dropped the table marts.a",
        "🔴 ben dropped the table marts.b",
    ]


def test_an_alert_that_moved_to_the_admin_channel_lives_on_there(desk: Desk, poster: TroubledPoster) -> None:
    poster.trouble[FIN] = [SlackRefused("it is archived")]
    drop_all(desk, "marts.a")
    desk.tick()
    desk.later(minutes=1)
    desk.happens(create("marts.a", "id"))
    desk.tick()

    assert any(shown.startswith("✅") for shown in desk.shown())
    assert desk.backlog() == 0


def test_what_even_the_admin_channel_refuses_waits_for_a_day(desk: Desk, poster: TroubledPoster) -> None:
    """A revoked token refuses everything; whoever renews it must find the alerts unharmed."""
    poster.trouble[FIN] = [SlackRefused("the token was revoked")] * 99
    poster.trouble[ADMIN_ID] = [SlackRefused("the token was revoked")] * 4
    drop_all(desk, "marts.a")
    desk.tick()
    for _ in range(6):
        desk.later(minutes=6)
        desk.deliver()
    assert [heading for _, heading in desk.said() if "dropped" in heading] == ["🔴 ben dropped the table marts.a"]


def test_what_is_refused_for_longer_is_given_up(desk: Desk, poster: TroubledPoster) -> None:
    poster.trouble[ADMIN_ID] = [SlackRefused("no")] * 999
    drop_all(desk, "marts.a", owner=ADMIN)
    desk.tick()
    desk.now += PATIENCE + timedelta(minutes=10)
    desk.deliver()

    assert desk.backlog() == 0


def test_a_post_whose_answer_was_cut_is_found_again_and_not_repeated(desk: Desk, poster: TroubledPoster) -> None:
    poster.cut = [SlackTrouble("cut", maybe_sent=True)]
    drop_all(desk, "marts.a")
    desk.tick()
    desk.later(seconds=5)
    desk.deliver()
    desk.later(minutes=1)
    desk.happens(create("marts.a", "id"))
    desk.tick()

    assert len(desk.said()) == 1
    assert desk.shown()[0].startswith("✅")


def test_where_nobody_can_look_back_there_is_one_repeat_and_it_says_so(desk: Desk) -> None:
    class Blind(TroubledPoster):
        def find(self, where: Destination, key: str, since: datetime) -> str | None:
            raise CannotSay("no history")

    poster = Blind(cut=[SlackTrouble("cut", maybe_sent=True)])
    desk.poster, desk.deliverer = poster, desk.new_deliverer(poster)
    drop_all(desk, "marts.a")
    desk.tick()
    for _ in range(5):
        desk.later(minutes=1)
        desk.deliver()

    assert ["This may be a repeat" in text for text in desk.texts() if "dropped" in text] == [False, True]


def test_a_worker_that_died_after_its_post_is_not_repeated(desk: Desk, poster: TroubledPoster) -> None:
    class Killed(BaseException):
        """What SIGKILL is to the process: nothing after it runs."""

    poster.cut = [Killed()]  # type: ignore[list-item]
    drop_all(desk, "marts.a", "marts.b")
    desk.mark()
    desk.watcher.tick(desk.now)
    with pytest.raises(Killed):
        desk.deliver()

    desk.deliverer = desk.new_deliverer(worker="another")
    desk.deliver()
    assert len(desk.said()) == 1
    desk.later(seconds=31)
    desk.deliver()

    assert [heading.rsplit(".", 1)[1] for _, heading in desk.said()] == ["a", "b"]


def test_two_deliverers_at_once_never_double(desk: Desk, poster: TroubledPoster) -> None:
    tables = [f"marts.t{n}" for n in range(8)]
    for table in tables:
        desk.board(f"On {table}", table, owner=f"U{table}")
        desk.happens(drop(table))
    desk.mark()
    desk.watcher.tick(desk.now)

    def work(name: str) -> None:
        worker = desk.new_deliverer(worker=name)
        while worker.tick(desk.now):
            pass

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.deliver()

    keys = [k for _, _, k in poster.posted]
    assert len(keys) == len(set(keys))
    assert len(desk.said()) == len(tables)


@pytest.fixture
def on_slack(desk: Desk) -> Iterator[tuple[Desk, FakeSlack]]:
    slack = FakeSlack(rate_limits=False, scopes=SCOPES | {"channels:history", "groups:history"})
    with slack:
        fin, admin = (slack.workspace.add_channel(name).id for name in ("finance", "data-alerts"))
        with desk.store.begin() as tx:
            curation.link_handles(tx, TEAM, {"#finance": fin, ADMIN: admin})
        client = web_client(BOT_TOKEN, slack.api_url, retries=False)
        desk.deliverer = desk.new_deliverer(SlackPoster(client))
        yield desk, slack


def test_no_text_of_a_statement_does_harm_on_slack(on_slack: tuple[Desk, FakeSlack]) -> None:
    desk, slack = on_slack
    evil = '/* <!channel> <@U123> ``` & ~x~ *b* \u202e 💥 <http://a|b> */ DROP TABLE marts."we`ird"; -- ' + "é" * 4000
    desk.board("<!here> & `Board`", "marts.we`ird", owner="#finance")
    desk.happens(drop("marts.we`ird"), text=evil, login="<!channel>")
    desk.tick()

    parent, *thread = slack.messages("finance")
    read_as_markup = "\n".join(text for message in (parent, *thread) for text in markup(message))
    assert desk.backlog() == 0
    assert [mark for mark in ("<!channel>", "<!here>", "<@U123>", "<http://a|b>") if mark in read_as_markup] == []
    assert "&lt;!channel&gt; dropped the table" in parent["text"]


def markup(message: Any) -> Iterator[str]:
    """Every text that Slack reads as its markup: plain_text and the texts of rich text are shown as they are."""
    if isinstance(message, list):
        for part in message:
            yield from markup(part)
    elif isinstance(message, dict) and message.get("type") not in ("plain_text", "text", "rich_text"):
        yield from (value for name, value in message.items() if name == "text" and isinstance(value, str))
        yield from (text for value in message.values() for text in markup(value))


def test_a_message_that_breaks_us_holds_up_no_other_and_its_alert_is_said_plainly(
    desk: Desk, poster: TroubledPoster
) -> None:
    poster.trouble[FIN] = [KeyError("a mistake of ours")] * 50
    desk.follow("C0OPS", "marts.a")
    drop_all(desk, "marts.a")
    desk.mark()
    desk.watcher.tick(desk.now)
    for _ in range(12):
        desk.later(seconds=400)
        with suppress(KeyError):
            desk.deliver()

    assert [channel for channel, _ in desk.said()] == ["C0OPS", ADMIN_ID]
    assert "ben dropped the table marts.a could not be written as it should be" in desk.shown()[1]
    assert desk.backlog() == 0


def test_an_archived_channel_and_a_rate_limit_on_slack(on_slack: tuple[Desk, FakeSlack]) -> None:
    desk, slack = on_slack
    desk.board("Revenue", "marts.revenue", owner="#finance")
    fin = slack.workspace.channel("finance")
    with desk.store.begin() as tx:
        curation.link_handles(tx, TEAM, {"#finance": "C0GONE"})
    desk.happens(truncate("marts.revenue"))
    desk.tick()

    said = [m["text"] for m in slack.messages("data-alerts") if m.get("thread_ts") in (None, m["ts"])]
    assert slack.messages("finance") == []
    assert [("cannot post" in text, "emptied" in text) for text in said] == [(True, False), (False, True)]
    assert fin.id != "C0GONE"


def test_what_waits_is_counted_and_what_was_given_up_is_listed(desk: Desk, poster: TroubledPoster) -> None:
    poster.trouble[FIN] = [SlackRefused("it is archived")]
    drop_all(desk, "marts.a")
    desk.tick()
    with desk.store.begin() as tx:
        ((row, why),) = outbox.dead(tx)

    assert (row.kind, row.where.channel, why) == ("post", FIN, "it is archived")
    assert isinstance(desk.deliverer, Deliverer)
