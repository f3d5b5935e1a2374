"""How the bot and Slack reach each other: sockets that come and go, forged requests, tokens that are wrong."""

from __future__ import annotations

import http.client
import json
import logging
import time
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import pytest
from pydantic import SecretStr

from lineagebot.config import SlackSettings
from lineagebot.errors import ConfigWrong, SlackRefused
from lineagebot.playground.fake import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack
from lineagebot.playground.signing import signed_headers
from lineagebot.reply import Reply
from lineagebot.slack.app import SlackApp
from lineagebot.slack.doctor import checks
from tests.slack.conftest import bot_on, people_and_places, reply_to

COMMAND = urlencode({"command": "/lineage", "text": "orders", "user_id": "U1", "team_id": "T0ACME", "channel_id": "C1"})


def settings(slack_url, **changes):
    tokens = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "signing_secret": SIGNING_SECRET, **changes}
    secrets = {k: SecretStr(v) if v else None for k, v in tokens.items()}
    return SlackSettings(api_url=slack_url, **secrets)


def until(found, timeout=60.0):
    deadline = time.monotonic() + timeout
    while not found():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def post(url, body, headers):
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    try:
        connection.request("POST", "/slack/events", body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def stale(seconds):
    from hashlib import sha256
    from hmac import new

    at = str(int(time.time()) - seconds)
    signature = new(SIGNING_SECRET.encode(), f"v0:{at}:{COMMAND}".encode(), sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"}


#: Made when the test runs: ten minutes ahead of its collection may be now.
FORGED = {
    "no signature": dict,
    "another secret's signature": lambda: signed_headers("another-secret", COMMAND),
    "a signature of another body": lambda: signed_headers(SIGNING_SECRET, COMMAND + "&x=1"),
    "a timestamp of ten minutes ago": lambda: stale(600),
    "a timestamp of ten minutes ahead": lambda: stale(-600),
    "letters in the signature": lambda: {**signed_headers(SIGNING_SECRET, COMMAND), "X-Slack-Signature": "v0=\xe9"},
    "a timestamp that is no number": lambda: {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=00"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_a_forged_request_is_refused_and_does_nothing(headers):
    with bot_on("http") as bot:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = post(bot.web.url, COMMAND, {**form, **headers()})
        assert status == 401
        assert bot.asked == []
        assert bot.slack.calls == ()


def test_a_request_that_is_too_large_is_refused_unread():
    with bot_on("http") as bot:
        body = "x" * 1_500_000
        assert post(bot.web.url, body, signed_headers(SIGNING_SECRET, body))[0] == 413


def test_without_a_signing_secret_nothing_is_heard_over_http():
    with FakeSlack() as slack:
        app = SlackApp(settings(slack.api_url, signing_secret=""), reply_to, lambda: datetime.now(UTC))
        from lineagebot.web.server import WebServer

        web = WebServer({"/slack/events": app.asgi})
        web.start()
        try:
            status, says = post(web.url, COMMAND, signed_headers("", COMMAND))
            assert status == 401
            assert "SLACK_SIGNING_SECRET" in says
        finally:
            web.stop()
            app.stop()


def test_slack_verifies_the_address_before_it_sends():
    with bot_on("http") as bot:
        body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "t"})
        headers = {"Content-Type": "application/json", **signed_headers(SIGNING_SECRET, body)}
        status, says = post(bot.web.url, body, headers)
        assert (status, json.loads(says)) == (200, {"challenge": "c-1"})


def test_a_refreshed_socket_goes_on_working():
    with bot_on("socket") as bot:
        bot.slack.sockets.refresh()
        until(lambda: len(bot.slack.calls_of("apps.connections.open")) >= 2)
        until(lambda: len(bot.slack.sockets) == 1)
        assert bot.slack.slash("ana", "general", "/lineage", "orders").ok
        assert bot.said_to("ana")


def test_a_socket_that_was_cut_is_opened_again(caplog):
    with bot_on("socket") as bot:
        bot.slack.sockets.drop()
        until(lambda: len(bot.slack.calls_of("apps.connections.open")) >= 2 and bot.app.is_connected)
        until(lambda: len(bot.slack.sockets) == 1)
        assert bot.slack.slash("ana", "general", "/lineage", "orders").ok
        assert bot.said_to("ana")
        assert "Traceback" not in caplog.text


def test_slack_being_down_at_the_start_is_said_and_waited_for(caplog):
    slack = FakeSlack()
    slack.start()
    port, url = urlsplit(slack.api_url).port, slack.api_url
    slack.stop()
    app = SlackApp(settings(url), reply_to, lambda: datetime.now(UTC))
    try:
        with caplog.at_level(logging.WARNING):
            app.start_socket()
        assert app.trouble
        assert "no connection to Slack, trying again" in caplog.text
        assert "Traceback" not in caplog.text
        with FakeSlack(port=port) as back:
            people_and_places(back)
            until(lambda: app.is_connected and len(back.sockets) == 1)
            assert app.trouble is None
            assert back.slash("ana", "general", "/lineage", "orders").ok
            app.stop()
    finally:
        app.stop()


WRONG = [
    ("a wrong bot token", {"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN"),
    ("a wrong app token", {"app_token": "xapp-wrong"}, "SLACK_APP_TOKEN"),
]


@pytest.mark.parametrize(("changes", "remedy"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_wrong_token_is_one_sentence(changes, remedy, caplog):
    with FakeSlack() as slack:
        app = SlackApp(settings(slack.api_url, **changes), reply_to, lambda: datetime.now(UTC))
        with pytest.raises(SlackRefused) as refused:
            app.start_socket()
        app.stop()
        assert remedy in str(refused.value)
        (token,) = changes.values()
        assert token not in str(refused.value) + caplog.text


def test_no_token_names_the_setting():
    with pytest.raises(ConfigWrong, match="SLACK_BOT_TOKEN"):
        SlackApp(settings("http://127.0.0.1:9/api/", bot_token=""), lambda request: Reply("x"))
    app = SlackApp(settings("http://127.0.0.1:9/api/", app_token=""), lambda request: Reply("x"))
    with pytest.raises(ConfigWrong, match="SLACK_APP_TOKEN"):
        app.start_socket()
    app.stop()


def test_the_doctor_finds_all_well():
    with FakeSlack() as slack:
        found = checks(settings(slack.api_url))
        assert [c.ok for c in found if c.name in ("Slack: bot token", "Slack: Socket Mode")] == [True, True]


DIAGNOSES = [
    ("wrong bot token", {"bot_token": "xoxb-wrong"}, "Slack: bot token", "SLACK_BOT_TOKEN"),
    ("wrong app token", {"app_token": "xapp-wrong"}, "Slack: Socket Mode", "SLACK_APP_TOKEN"),
    ("no transport", {"app_token": "", "signing_secret": ""}, "Slack: transport", "SLACK_SIGNING_SECRET"),
    ("no token", {"bot_token": ""}, "Slack: bot token", "SLACK_BOT_TOKEN"),
]


@pytest.mark.parametrize(("changes", "name", "remedy"), [d[1:] for d in DIAGNOSES], ids=[d[0] for d in DIAGNOSES])
def test_the_doctor_names_the_remedy(changes, name, remedy):
    with FakeSlack() as slack:
        (found,) = [c for c in checks(settings(slack.api_url, **changes)) if c.name == name]
        assert not found.ok
        assert remedy in (found.remedy or "")
        assert "wrong" not in found.says


def test_no_secret_is_ever_logged(caplog):
    with caplog.at_level(logging.DEBUG), bot_on("socket") as bot:
        bot.slack.slash("ana", "general", "/lineage", "orders")
        bot.said_to("ana")
        bot.slack.slash("ana", "general", "/lineage", "boom")
        bot.said_to("ana", count=2)
        bot.slack.faults.answer("views.publish", status=500, body="broken")
        bot.slack.open_home("ana")
        bot.settled("views.publish")
    for secret in (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET):
        assert secret not in caplog.text
