"""Getting to the app as Slack does: one socket of several, refreshes, signatures, late acks, retries, cuts."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.http_retry import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from lineagebot.playground.clock import Patience
from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.serving import Serving
from lineagebot.playground.signing import signed_headers
from lineagebot.playground.state import SCOPES
from tests.playground.conftest import QUICK, Bot, hang_up, hear, make_bot, over_sockets, populate


class RawSocket:
    """An app's side of one socket, without an SDK: what arrives is looked at as it is."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self.hello = self.next()

    def next(self, timeout: float = 5) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._line.recv(timeout=timeout))
        return said

    def ack(self, envelope: dict[str, Any], payload: dict[str, Any] | None = None) -> None:
        said = {"envelope_id": envelope["envelope_id"], **({"payload": payload} if payload else {})}
        self._line.send(json.dumps(said))


@contextmanager
def socket_of(slack: FakeSlack) -> Iterator[RawSocket]:
    url = WebClient(token=slack.app_token, base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)[
        "url"
    ]
    with connect(url, proxy=None) as line:
        yield RawSocket(line)


def in_background(act: Any) -> Any:
    """Run what waits for an ack beside the test; `()` waits for its outcome."""
    came: list[Any] = []
    thread = threading.Thread(target=lambda: came.append(act()))
    thread.start()

    def outcome() -> Any:
        thread.join(10)
        return came[0]

    return outcome


# Socket Mode


def test_a_socket_is_greeted_and_its_ticket_opens_no_other(slack: FakeSlack) -> None:
    url = WebClient(token=slack.app_token, base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)[
        "url"
    ]
    with connect(url, proxy=None) as line:
        hello = RawSocket(line).hello
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"] == {"app_id": "A0LINEAGE"}
        with pytest.raises(InvalidStatus), connect(url, proxy=None):
            pass


def test_each_payload_goes_to_one_of_the_sockets(slack: FakeSlack) -> None:
    with socket_of(slack) as first, socket_of(slack) as second:
        for number, socket in enumerate((first, second, first, second)):
            outcome = in_background(lambda n=number: slack.slash("anna", "general", "/lineage", str(n)))
            taken = [s for s in (first, second) if _hears(s)]
            assert len(taken) == 1
            assert outcome().ok, socket


def _hears(socket: RawSocket) -> bool:
    try:
        envelope = socket.next(timeout=0.3)
    except TimeoutError:
        return False
    socket.ack(envelope)
    return True


def test_the_eleventh_socket_is_refused(slack: FakeSlack) -> None:
    with ExitStack() as sockets:
        for _ in range(10):
            sockets.enter_context(socket_of(slack))
        answer = httpx.post(f"{slack.api_url}apps.connections.open", headers=_bearer(slack)).json()
    assert answer == {"ok": False, "error": "too_many_websockets"}


def _bearer(slack: FakeSlack) -> dict[str, str]:
    return {"Authorization": f"Bearer {slack.app_token}", "Content-Type": "application/json"}


def test_what_comes_with_an_ack_is_shown_to_the_one_who_typed(slack: FakeSlack) -> None:
    with socket_of(slack) as socket:
        outcome = in_background(lambda: slack.slash("anna", "general", "/lineage", "orders"))
        envelope = socket.next()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        socket.ack(envelope, {"text": "at once"})
        assert outcome().ok
        assert [m["text"] for m in slack.from_bot("general", viewer="anna")] == ["at once"]


def test_without_an_app_or_its_ack_slack_says_so(slack: FakeSlack) -> None:
    assert "dispatch_failed" in slack.slash("anna", "general", "/lineage").error
    with socket_of(slack):
        assert "operation_timeout" in slack.slash("anna", "general", "/lineage").error
    said = [m["text"] for m in slack.messages("general", viewer="anna") if m["user"] == "USLACKBOT"]
    assert said == [f'/lineage failed with the error "{word}"' for word in ("dispatch_failed", "operation_timeout")]


def test_an_event_that_is_not_acked_comes_again_with_its_number(slack: FakeSlack) -> None:
    with socket_of(slack) as socket:
        slack.say("anna", "lineagebot", "hello")
        heard = [socket.next() for _ in range(4)]
        assert [(e["retry_attempt"], e["retry_reason"]) for e in heard] == [
            (0, ""),
            (1, "timeout"),
            (2, "timeout"),
            (3, "timeout"),
        ]
        assert len({e["payload"]["event_id"] for e in heard}) == 1
        assert len({e["envelope_id"] for e in heard}) == 4


def test_an_acked_event_does_not_come_again(slack: FakeSlack) -> None:
    with socket_of(slack) as socket:
        slack.say("anna", "lineagebot", "hello")
        socket.ack(socket.next())
        with pytest.raises(TimeoutError):
            socket.next(timeout=QUICK.ack + 0.4)


def test_a_refreshed_bot_loses_nothing(slack: FakeSlack) -> None:
    bot = make_bot(slack)
    hear(bot)
    handler = over_sockets(slack, bot)
    slack.sockets.refresh()
    for number in range(8):
        assert slack.slash("anna", "general", "/echo", str(number)).ok, number
    slack.wait_for(lambda: len(slack.from_bot("general", viewer="anna")) == 8)
    slack.wait_for(lambda: len(slack.calls_of("apps.connections.open")) == 2)
    hang_up(slack, handler)


def test_a_bot_whose_socket_died_comes_back(slack: FakeSlack) -> None:
    bot = make_bot(slack)
    hear(bot)
    handler = over_sockets(slack, bot, ping_interval=0.5)
    slack.sockets.drop()
    slack.wait_for(lambda: len(slack.calls_of("apps.connections.open")) >= 2 and len(slack.sockets) == 1)
    assert slack.slash("anna", "general", "/echo", "still there").ok
    hang_up(slack, handler)


# signed HTTP


class Endpoint:
    """An app's Request URL that answers as it is told and keeps what it got."""

    def __init__(self, *answers: Response | float) -> None:
        self.got: list[tuple[dict[str, str], str]] = []
        self._answers = list(answers)

    async def __call__(self, request: Request) -> Response:
        self.got.append((dict(request.headers), (await request.body()).decode()))
        answer = self._answers.pop(0) if self._answers else PlainTextResponse("")
        if isinstance(answer, Response):
            return answer
        await asyncio.sleep(answer)
        return PlainTextResponse("")


@contextmanager
def endpoint_of(slack: FakeSlack, *answers: Response | float) -> Iterator[Endpoint]:
    endpoint = Endpoint(*answers)
    serving = Serving()
    serving.start(Starlette(routes=[Route("/slack/events", endpoint.__call__, methods=["POST"])]))
    slack.answer_at(f"{serving.base_url}/slack/events")
    try:
        yield endpoint
    finally:
        serving.stop()


def test_requests_carry_slacks_signature(slack: FakeSlack) -> None:
    with endpoint_of(slack) as endpoint:
        assert slack.slash("anna", "general", "/lineage", "a & b").ok
    headers, body = endpoint.got[0]
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)
    assert "text=a+%26amp%3B+b" in body


def test_an_old_request_can_be_signed_for_tests_of_the_bot() -> None:
    headers = signed_headers("secret", "body", at=time.time() - 600)
    assert not SignatureVerifier("secret").is_valid_request("body", headers)


HTTP_RETRIES = [
    ("an error", [PlainTextResponse("no", 500)] * 2, ["http_error", "http_error"]),
    ("a late answer", [9.0, PlainTextResponse("no", 503)], ["http_timeout", "http_error"]),
    ("a first answer", [], []),
    ("no wish to be asked again", [PlainTextResponse("no", 500, headers={"X-Slack-No-Retry": "1"})], []),
]


@pytest.mark.parametrize(("answers", "reasons"), [r[1:] for r in HTTP_RETRIES], ids=[r[0] for r in HTTP_RETRIES])
def test_events_come_again_over_http(answers: list[Any], reasons: list[str]) -> None:
    with FakeSlack(patience=Patience(ack=0.3, event_retries=(0, 0.05, 0.1))) as slack:
        populate(slack)
        with endpoint_of(slack, *answers) as endpoint:
            done = threading.Event()
            deliver = slack._delivery.deliver_event

            def delivered(payload: Any) -> Any:
                came = deliver(payload)
                done.set()
                return came

            slack._delivery.deliver_event = delivered  # type: ignore[method-assign]
            slack.say("anna", "lineagebot", "hello")
            assert done.wait(10)
        numbers = [h.get("x-slack-retry-num") for h, _ in endpoint.got]
        assert numbers == [None, *(str(n + 1) for n in range(len(reasons)))]
        assert [h["x-slack-retry-reason"] for h, _ in endpoint.got[1:]] == reasons


def test_nobody_at_the_address_is_a_failed_command(slack: FakeSlack) -> None:
    slack.answer_at("http://127.0.0.1:9/slack/events")
    assert "operation_timeout" in slack.slash("anna", "general", "/lineage").error


# response URLs


def test_a_response_url_takes_five_posts(slack: FakeSlack) -> None:
    with socket_of(slack) as socket:
        outcome = in_background(lambda: slack.slash("anna", "general", "/lineage"))
        envelope = socket.next()
        socket.ack(envelope)
        outcome()
        hook = WebhookClient(envelope["payload"]["response_url"])
        answers = [hook.send(text=str(n), response_type="in_channel" if n else "ephemeral") for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    assert [m["text"] for m in slack.messages("general")] == ["1", "2", "3", "4"]
    assert [m["text"] for m in slack.messages("general", viewer="anna")] == ["0", "1", "2", "3", "4"]


def test_a_response_url_ends_after_its_time() -> None:
    with FakeSlack(patience=Patience(response_url=0.0)) as slack:
        populate(slack)
        with socket_of(slack) as socket:
            outcome = in_background(lambda: slack.slash("anna", "general", "/lineage"))
            envelope = socket.next()
            socket.ack(envelope)
            outcome()
        answer = WebhookClient(envelope["payload"]["response_url"]).send(text="late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


def test_bad_blocks_are_refused_at_a_response_url_too(slack: FakeSlack) -> None:
    key = slack.state.response_urls.issue("C0GENERAL", "U0ANNA")
    answer = WebhookClient(f"{slack.state.base_url}/response/{key}").send(text="x", blocks=[{"type": "nonsense"}])
    assert (answer.status_code, "invalid_blocks" in answer.body) == (400, True)


# failures on order


def test_a_cut_connection_leaves_the_message_and_no_answer() -> None:
    with FakeSlack(scopes=SCOPES | {"channels:history"}) as slack:
        populate(slack)
        client = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=30, retry_handlers=[])
        slack.faults.cut("chat.postMessage")
        metadata = {"event_type": "alert", "event_payload": {"alert_id": "A1"}}
        with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
            client.chat_postMessage(channel="C0GENERAL", text="dropped", metadata=metadata)
        (found,) = client.conversations_history(channel="C0GENERAL", include_all_metadata=True)["messages"]
        assert found["metadata"]["event_payload"] == {"alert_id": "A1"}


def test_the_sdks_own_retry_posts_a_cut_message_twice(slack: FakeSlack, client: WebClient) -> None:
    """Why alerts are not posted with slack_sdk's usual retry handler."""
    slack.faults.cut("chat.postMessage")
    client.chat_postMessage(channel="C0GENERAL", text="dropped")
    assert [m["text"] for m in slack.messages("general")] == ["dropped", "dropped"]


def test_a_rate_limit_on_order_is_waited_out(slack: FakeSlack, client: WebClient) -> None:
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    slack.faults.rate_limit("chat.postMessage", retry_after=1)
    began = time.monotonic()
    client.chat_postMessage(channel="C0GENERAL", text="x")
    assert time.monotonic() - began >= 1
    assert [c.answer.get("error") for c in slack.calls_of("chat.postMessage")] == ["ratelimited", None]


def test_failures_come_in_the_order_they_were_asked_for(slack: FakeSlack, client: WebClient) -> None:
    slack.faults.refuse("auth.test", "account_inactive")
    slack.faults.answer("auth.test", status=503, body="<html>down</html>")
    answers = [httpx.post(f"{slack.api_url}auth.test", headers={"Authorization": f"Bearer {slack.bot_token}"})]
    answers += [httpx.post(f"{slack.api_url}auth.test", headers={"Authorization": f"Bearer {slack.bot_token}"})]
    assert [a.status_code for a in answers] == [200, 503]
    assert answers[0].json()["error"] == "account_inactive"
    assert client.auth_test()["ok"]


def test_a_slow_answer_is_late_for_a_hasty_caller(slack: FakeSlack) -> None:
    slack.faults.delay("auth.test", 1.0)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{slack.api_url}auth.test", timeout=0.2)


def test_waiting_for_what_does_not_come_says_what_was_seen(slack: FakeSlack, client: WebClient) -> None:
    client.auth_test()
    with pytest.raises(TimeoutError, match=r"seen: \[\].*auth.test -> ok"):
        slack.wait_for(lambda: slack.messages("general"), timeout=0.05)


def test_the_bots_own_messages_come_back_to_it_as_events(slack: FakeSlack, bot: Bot) -> None:
    """As at Slack, where bots that answer themselves talk all night; Bolt drops them."""
    slack.say("anna", "lineagebot", "hello")
    slack.wait_for(lambda: slack.from_bot("lineagebot", viewer="anna"))
    assert len(bot.of("message")) == 1
