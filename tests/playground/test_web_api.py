"""The Web API as strict as Slack's: tokens, scopes, places, what an update keeps, what history tells, rates."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lineagebot.playground.clock import Patience
from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.state import SCOPES
from tests.playground.conftest import populate

SHARED = Path(os.environ.get("LINEAGEBOT_SHARED") or Path(__file__).parents[3] / "shared")
SAMPLES = SHARED / "fixtures/slack/java-slack-sdk-samples"
HISTORY = {"channels:history", "groups:history"}


@pytest.fixture
def reader() -> Iterator[FakeSlack]:
    """A workspace that granted the optional history scopes."""
    with FakeSlack(scopes=SCOPES | HISTORY) as slack:
        populate(slack)
        yield slack


def web(slack: FakeSlack, token: str | None = None) -> WebClient:
    return WebClient(token=token if token is not None else slack.bot_token, base_url=slack.api_url, timeout=30)


TOKENS = [
    ("no token", "auth.test", "", "not_authed"),
    ("a wrong token", "auth.test", "xoxb-wrong", "invalid_auth"),
    ("a wrong app token", "apps.connections.open", "xapp-wrong", "invalid_auth"),
    ("the app's token for the bot's methods", "chat.postMessage", "app", "not_allowed_token_type"),
    ("the bot's token for a socket", "apps.connections.open", "bot", "not_allowed_token_type"),
    ("an unknown method", "chat.shout", "bot", "unknown_method"),
]


@pytest.mark.parametrize(("method", "token", "error"), [t[1:] for t in TOKENS], ids=[t[0] for t in TOKENS])
def test_a_token_opens_only_its_own_methods(calm: FakeSlack, method: str, token: str, error: str) -> None:
    given = {"app": calm.app_token, "bot": calm.bot_token}.get(token, token)
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    answer = httpx.post(f"{calm.api_url}{method}", headers=headers, json={"channel": "C0GENERAL", "text": "x"})
    assert answer.json()["error"] == error


def test_api_test_needs_no_token(slack: FakeSlack) -> None:
    assert web(slack, "").api_test()["ok"]


def test_the_granted_scopes_are_told_in_a_header(slack: FakeSlack, client: WebClient) -> None:
    scopes = client.auth_test().headers["x-oauth-scopes"].split(",")
    assert set(scopes) == SCOPES


REFUSED: list[tuple[str, Callable[[WebClient], Any], str]] = [
    ("an unknown channel", lambda c: c.chat_postMessage(channel="C0NOWHERE", text="x"), "channel_not_found"),
    ("a private channel without us", lambda c: c.chat_postMessage(channel="C0SECRET", text="x"), "channel_not_found"),
    ("news of a private channel", lambda c: c.conversations_info(channel="C0SECRET"), "channel_not_found"),
    ("nothing to say", lambda c: c.api_call("chat.postMessage", json={"channel": "C0GENERAL", "text": ""}), "no_text"),
    ("no channel", lambda c: c.api_call("chat.postMessage", json={"text": "x"}), "invalid_arguments"),
    (
        "a reply to nothing",
        lambda c: c.chat_postMessage(channel="C0GENERAL", text="x", thread_ts="1.2"),
        "cannot_reply",
    ),
    (
        "metadata without a payload",
        lambda c: c.chat_postMessage(channel="C0GENERAL", text="x", metadata={"event_type": "alert"}),
        "invalid_metadata_format",
    ),
    (
        "metadata three levels deep",
        lambda c: c.chat_postMessage(
            channel="C0GENERAL", text="x", metadata={"event_type": "a", "event_payload": {"b": {"c": {"d": 1}}}}
        ),
        "invalid_metadata_format",
    ),
    ("a message that is gone", lambda c: c.chat_update(channel="C0GENERAL", ts="1.2", text="x"), "message_not_found"),
    ("a deletion of nothing", lambda c: c.chat_delete(channel="C0GENERAL", ts="1.2"), "message_not_found"),
    (
        "a whisper to somebody who is not there",
        lambda c: c.chat_postEphemeral(channel="C0FINANCE", user="U0STRANGER", text="x"),
        "user_not_in_channel",
    ),
    ("an unknown user", lambda c: c.users_info(user="U0NOBODY"), "user_not_found"),
    ("an unknown e-mail", lambda c: c.users_lookupByEmail(email="x@y.example"), "users_not_found"),
    ("an unknown group", lambda c: c.usergroups_users_list(usergroup="S0"), "no_such_subteam"),
    ("history without the scope", lambda c: c.conversations_history(channel="C0GENERAL"), "missing_scope"),
    ("a modal on no trigger", lambda c: c.views_open(trigger_id="1.2", view=MODAL), "invalid_trigger_id"),
    ("an update of no view", lambda c: c.views_update(view_id="V0", view=MODAL), "not_found"),
    ("a modal as Home", lambda c: c.views_publish(user_id="U0ANNA", view=MODAL), "invalid_arguments"),
    ("a reaction to nothing", lambda c: c.reactions_add(channel="C0GENERAL", timestamp="1.2", name="x"), "message_not"),
]
MODAL: dict[str, Any] = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}


@pytest.mark.parametrize(("call", "error"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_slack_refuses_is_refused(calm: FakeSlack, call: Callable[[WebClient], Any], error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        call(web(calm))


def test_a_missing_scope_is_named() -> None:
    with FakeSlack(scopes={"chat:write"}) as slack:
        populate(slack)
        with pytest.raises(SlackApiError) as refused:
            web(slack).users_list()
        assert (refused.value.response["needed"], refused.value.response["provided"]) == ("users:read", "chat:write")


def test_a_public_channel_without_the_bot_needs_its_own_scope() -> None:
    with FakeSlack(scopes=SCOPES - {"chat:write.public"}) as slack:
        populate(slack)
        slack.workspace.add_channel("elsewhere", id="C0ELSE", with_bot=False)
        with pytest.raises(SlackApiError, match="not_in_channel"):
            web(slack).chat_postMessage(channel="C0ELSE", text="x")


def test_an_update_of_the_text_alone_changes_nothing_that_people_see(slack: FakeSlack, client: WebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "open"}}]
    ts = client.chat_postMessage(channel="C0GENERAL", text="open", blocks=blocks)["ts"]
    updated = client.chat_update(channel="C0GENERAL", ts=ts, text="resolved")["message"]
    assert (updated["text"], updated["blocks"][0]["text"]["text"]) == ("resolved", "open")
    updated = client.chat_update(channel="C0GENERAL", ts=ts, text="resolved", blocks=[])["message"]
    assert updated["blocks"] == []


def test_only_own_messages_can_be_changed(slack: FakeSlack, client: WebClient) -> None:
    ts = slack.say("anna", "general", "mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        client.chat_update(channel="C0GENERAL", ts=ts, text="yours")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        client.chat_delete(channel="C0GENERAL", ts=ts)


def test_a_deleted_parent_leaves_its_thread(slack: FakeSlack, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C0GENERAL", text="parent")["ts"]
    client.chat_postMessage(channel="C0GENERAL", text="reply", thread_ts=ts)
    client.chat_delete(channel="C0GENERAL", ts=ts)
    assert [m["text"] for m in slack.messages("general")] == ["This message was deleted.", "reply"]


def test_a_whisper_is_seen_by_one_and_found_by_nobody(reader: FakeSlack) -> None:
    client = web(reader)
    client.chat_postEphemeral(channel="C0GENERAL", user="U0ANNA", text="psst")
    assert [m["text"] for m in reader.messages("general", viewer="anna")] == ["psst"]
    assert reader.messages("general", viewer="ben") == []
    assert client.conversations_history(channel="C0GENERAL")["messages"] == []


def test_history_keeps_metadata_for_those_who_ask(reader: FakeSlack) -> None:
    client = web(reader)
    metadata = {"event_type": "alert", "event_payload": {"alert_id": "A1", "tables": ["a", "b"]}}
    posted = client.chat_postMessage(channel="C0GENERAL", text="dropped", metadata=metadata)
    (plain,) = client.conversations_history(channel="C0GENERAL")["messages"]
    (whole,) = client.conversations_history(channel="C0GENERAL", include_all_metadata=True)["messages"]
    assert "metadata" not in plain
    assert (whole["metadata"], whole["ts"]) == (metadata, posted["ts"])


def test_history_is_read_in_pages_between_two_times(reader: FakeSlack) -> None:
    client = web(reader)
    stamps = [reader.say("anna", "general", f"m{i}") for i in range(6)]
    client.chat_postMessage(channel="C0GENERAL", text="a reply", thread_ts=stamps[2])
    asked = {"channel": "C0GENERAL", "oldest": stamps[1], "latest": stamps[5], "limit": 2}
    first = client.conversations_history(**asked)
    assert [m["text"] for m in first["messages"]] == ["m4", "m3"]
    assert first["has_more"] is True
    second = client.conversations_history(**asked, cursor=first["response_metadata"]["next_cursor"])
    assert [m["text"] for m in second["messages"]] == ["m2"]
    whole = client.conversations_history(**asked, inclusive=True)
    assert whole["messages"][0]["text"] == "m5"
    thread = client.conversations_replies(channel="C0GENERAL", ts=stamps[2])
    assert [m["text"] for m in thread["messages"]] == ["m2", "a reply"]


def test_a_post_to_a_person_opens_the_direct_messages(slack: FakeSlack, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="U0ANNA", text="hi")
    assert posted["channel"] == client.conversations_open(users="U0ANNA")["channel"]["id"]
    assert [m["text"] for m in slack.messages("lineagebot", viewer="anna")] == ["hi"]


def test_a_user_is_told_by_kind(slack: FakeSlack, client: WebClient) -> None:
    slack.workspace.add_user("far", id="U0FAR", team_id="T0FAR")
    assert client.users_info(user="U0FAR")["user"]["is_stranger"] is True
    assert client.users_info(user="U0GUEST")["user"]["is_ultra_restricted"] is True
    assert client.users_lookupByEmail(email="ANNA@acme.example")["user"]["id"] == "U0ANNA"
    partner = client.users_info(user="U0STRANGER")["user"]
    assert (partner["team_id"], "email" in partner["profile"]) == ("T0PARTNER", False)
    assert partner["is_stranger"] is False, "shares a channel with the app, so Slack does not call them a stranger"
    with pytest.raises(SlackApiError, match="users_not_found"):
        client.users_lookupByEmail(email="sam@acme.example")


def test_users_are_listed_in_pages(slack: FakeSlack, client: WebClient) -> None:
    names = [u["name"] for page in client.users_list(limit=2) for u in page["members"]]
    assert sorted(names) == sorted(u.name for u in slack.workspace.users.values())


def test_a_file_goes_in_three_steps(slack: FakeSlack, client: WebClient) -> None:
    client.files_upload_v2(channel="C0GENERAL", filename="graph.png", content=b"png", initial_comment="the graph")
    (message,) = slack.messages("general")
    assert (message["text"], message["files"][0]["name"], message["subtype"]) == (
        "the graph",
        "graph.png",
        "file_share",
    )
    asked = client.files_getUploadURLExternal(filename="a.txt", length=3)
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "a"}])
    assert httpx.post(asked["upload_url"], content=b"four").status_code == 400
    secret = httpx.get(message["files"][0]["url_private"])
    assert (secret.status_code, b"png" in secret.content) == (403, False)


def test_a_trigger_opens_one_modal_within_three_seconds() -> None:
    with FakeSlack(patience=Patience(trigger=0.05)) as slack:
        populate(slack)
        client = web(slack)
        trigger = slack.state.triggers.issue("U0ANNA")
        client.views_open(trigger_id=trigger, view=MODAL)
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            client.views_open(trigger_id=trigger, view=MODAL)
        late = slack.state.triggers.issue("U0ANNA")
        time.sleep(0.06)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            client.views_open(trigger_id=late, view=MODAL)


def test_modals_stack_three_high(slack: FakeSlack, client: WebClient) -> None:
    trigger = slack.state.triggers.issue
    client.views_open(trigger_id=trigger("U0ANNA"), view=MODAL)
    for _ in range(2):
        client.views_push(trigger_id=trigger("U0ANNA"), view=MODAL)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=trigger("U0ANNA"), view=MODAL)


def test_a_view_is_updated_only_from_the_state_it_was_seen_in(slack: FakeSlack, client: WebClient) -> None:
    view = client.views_open(trigger_id=slack.state.triggers.issue("U0ANNA"), view={**MODAL, "external_id": "e"})[
        "view"
    ]
    client.views_update(external_id="e", hash=view["hash"], view={**MODAL, "external_id": "e"})
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)


def test_a_channel_takes_a_small_burst_and_then_one_message_a_second(slack: FakeSlack, client: WebClient) -> None:
    answers = []
    for number in range(6):
        try:
            answers.append(client.chat_postMessage(channel="C0GENERAL", text=str(number))["ok"])
        except SlackApiError as refused:
            answers.append((refused.response.status_code, refused.response.headers["retry-after"]))
    assert answers == [True, True, True, True, (429, "1"), (429, "1")]
    assert client.chat_postMessage(channel="C0FINANCE", text="another channel")["ok"]


def test_a_tier_2_method_runs_dry(slack: FakeSlack, client: WebClient) -> None:
    for _ in range(20):
        client.usergroups_list()
    with pytest.raises(SlackApiError, match="ratelimited"):
        client.usergroups_list()


def test_limits_can_be_left_off() -> None:
    with FakeSlack(rate_limits=False) as slack:
        populate(slack)
        client = web(slack)
        assert all(client.chat_postMessage(channel="C0GENERAL", text="x")["ok"] for _ in range(12))


def test_calls_are_remembered_with_their_answers(slack: FakeSlack, client: WebClient) -> None:
    client.chat_postMessage(channel="C0GENERAL", text="x")
    (call,) = slack.calls_of("chat.postMessage")
    assert (call.args["text"], call.answer["ok"]) == ("x", True)


SHAPES: list[tuple[str, Callable[[WebClient], Any]]] = [
    ("auth.test", lambda c: c.auth_test()),
    ("bots.info", lambda c: c.bots_info(bot="B0LINEAGE")),
    ("team.info", lambda c: c.team_info()),
    ("users.info", lambda c: c.users_info(user="U0ANNA")),
    ("users.list", lambda c: c.users_list()),
    ("users.lookupByEmail", lambda c: c.users_lookupByEmail(email="anna@acme.example")),
    ("usergroups.list", lambda c: c.usergroups_list(include_users=True)),
    ("conversations.info", lambda c: c.conversations_info(channel="C0SHARED", include_num_members=True)),
    ("conversations.list", lambda c: c.conversations_list(types="public_channel,private_channel,im")),
    ("conversations.members", lambda c: c.conversations_members(channel="C0GENERAL")),
    ("chat.postEphemeral", lambda c: c.chat_postEphemeral(channel="C0GENERAL", user="U0ANNA", text="x")),
    ("files.getUploadURLExternal", lambda c: c.files_getUploadURLExternal(filename="a.png", length=1)),
    ("apps.connections.open", lambda c: c.apps_connections_open(app_token="xapp-demo-lineagebot")),
]
#: fields of ours that the samples, gathered from other workspaces, do not have
UNSAMPLED = {
    "usergroups.list": {"usergroups.auto_type"},
    "conversations.list": {"channels.is_open", "channels.connected_team_ids"},
    "users.list": {"members.is_stranger"},
}


def fields(value: Any, at: str = "") -> set[str]:
    if isinstance(value, list):
        return set().union(*(fields(v, at) for v in value))
    if isinstance(value, dict):
        return set().union(*({f"{at}{k}"} | fields(v, f"{at}{k}.") for k, v in value.items()))
    return set()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no shared reference beside the checkout")
@pytest.mark.parametrize(("method", "call"), SHAPES, ids=[s[0] for s in SHAPES])
def test_answers_have_no_field_that_slacks_own_do_not_have(
    calm: FakeSlack, method: str, call: Callable[[WebClient], Any]
) -> None:
    sample = json.loads((SAMPLES / f"{method}.json").read_text())
    invented = fields(call(web(calm)).data) - fields(sample) - UNSAMPLED.get(method, set())
    assert invented == set()
