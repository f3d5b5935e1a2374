"""Block Kit as Slack judges it: bad payloads are refused with a pointer, every valid example is taken."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lineagebot.playground.block_kit import MESSAGE_CHARACTERS, validate, validate_view

SHARED = Path(os.environ.get("LINEAGEBOT_SHARED") or Path(__file__).parents[3] / "shared")
VALID = SHARED / "fixtures/slack/slackblocks-spec/spec/fixtures/valid"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "Go", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "go", "text": plain(text), **more}


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str = "A", value: str = "a", **more: Any) -> dict[str, Any]:
    return {"text": plain(text), "value": value, **more}


def select(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "pick", "options": list(options), **more}


def confirm(**more: Any) -> dict[str, Any]:
    return {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No"), **more}


def table(*rows: list[str], **more: Any) -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": c} for c in row] for row in rows], **more}


def rich(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(parts)}


GROUP = {"label": plain("G"), "options": [option()]}
IMAGE = {"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a"}

BAD = [
    ("blocks that are an object", {"type": "section"}, "", "invalid_type"),
    ("a block that is a word", ["section"], "/0", "invalid_type"),
    ("51 blocks", [{"type": "divider"}] * 51, "", "max_items"),
    ("an unknown block", [{"type": "sectoin"}], "/0/type", "unsupported_type"),
    ("no type", [{"text": plain("x")}], "/0/type", "unsupported_type"),
    ("an element as a block", [button()], "/0/type", "unsupported_type"),
    ("an unknown key", [section(style="primary")], "/0/style", "additional_property"),
    ("an unknown key of a text", [{"type": "section", "text": {**plain("x"), "size": 3}}], "/0/text/size", None),
    ("emoji on mrkdwn", [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}], None, None),
    ("a section of nothing", [{"type": "section"}], "/0", "missing_property"),
    ("text as a string", [{"type": "section", "text": "hello"}], "/0/text", "invalid_type"),
    ("an empty text", [section("")], "/0/text/text", "failed_constraint"),
    ("3,001 characters", [section("x" * 3001)], "/0/text/text", "failed_constraint"),
    ("11 fields", [{"type": "section", "fields": [plain("x")] * 11}], "/0/fields", "max_items"),
    ("a field of 2,001", [{"type": "section", "fields": [plain("x" * 2001)]}], "/0/fields/0/text", None),
    ("a header in mrkdwn", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/0/text/type", None),
    ("a header of 151", [{"type": "header", "text": plain("x" * 151)}], "/0/text/text", "failed_constraint"),
    ("a header without text", [{"type": "header"}], "/0", "missing_property"),
    ("11 elements in a context", [{"type": "context", "elements": [plain("x")] * 11}], "/0/elements", "max_items"),
    ("a button in a context", [{"type": "context", "elements": [button()]}], "/0/elements/0/type", None),
    ("an empty context", [{"type": "context", "elements": []}], "/0/elements", "min_items"),
    ("26 buttons", [actions(*[button(action_id=f"a{i}") for i in range(26)])], "/0/elements", "max_items"),
    ("actions without elements", [{"type": "actions"}], "/0", "missing_property"),
    ("the same action_id twice", [actions(button(), button())], "/0/elements", "duplicate_action_id"),
    ("the same block_id twice", [section(block_id="a"), section(block_id="a")], "/1/block_id", "duplicate_block_id"),
    ("a block_id of 256", [section(block_id="x" * 256)], "/0/block_id", "failed_constraint"),
    ("an action_id of 256", [actions(button(action_id="x" * 256))], "/0/elements/0/action_id", None),
    ("a button's text of 76", [actions(button("x" * 76))], "/0/elements/0/text/text", "failed_constraint"),
    ("a button in mrkdwn", [actions({**button(), "text": {"type": "mrkdwn", "text": "x"}})], None, "invalid_type"),
    ("a button's value of 2,001", [actions(button(value="x" * 2001))], "/0/elements/0/value", "failed_constraint"),
    ("a button's number as value", [actions(button(value=7))], "/0/elements/0/value", "invalid_type"),
    ("a button's url of 3,001", [actions(button(url="x" * 3001))], "/0/elements/0/url", "failed_constraint"),
    ("a button in green", [actions(button(style="success"))], "/0/elements/0/style", "invalid_enum"),
    ("a confirm without deny", [actions(button(confirm={**confirm(), "deny": None}))], None, "invalid_type"),
    ("a confirm's title of 101", [actions(button(confirm=confirm(title=plain("x" * 101))))], None, None),
    ("a confirm's text of 301", [actions(button(confirm=confirm(text=plain("x" * 301))))], None, None),
    ("a confirm's button of 31", [actions(button(confirm=confirm(confirm=plain("x" * 31))))], None, None),
    ("a select of nothing", [actions(select())], "/0/elements/0/options", "min_items"),
    ("a select without options", [actions({"type": "static_select", "action_id": "a"})], "/0/elements/0", None),
    ("101 options", [actions(select(*[option(value=str(i)) for i in range(101)]))], "/0/elements/0/options", None),
    ("an option's text of 76", [actions(select(option("x" * 76)))], "/0/elements/0/options/0/text/text", None),
    ("an option's value of 151", [actions(select(option(value="x" * 151)))], "/0/elements/0/options/0/value", None),
    ("an option's description of 76", [actions(select(option(description=plain("x" * 76))))], None, None),
    ("options and groups", [actions(select(option(), option_groups=[GROUP]))], "/0/elements/0", "mutually_exclusive"),
    ("a placeholder of 151", [actions(select(option(), placeholder=plain("x" * 151)))], None, None),
    ("six in an overflow", [section(accessory={"type": "overflow", "action_id": "o", "options": [option()] * 6})],
     "/0/accessory/options", "max_items"),
    ("eleven radio buttons", [actions({"type": "radio_buttons", "action_id": "r", "options": [option()] * 11})],
     "/0/elements/0/options", "max_items"),
    ("an input as accessory", [section(accessory={"type": "plain_text_input", "action_id": "a"})],
     "/0/accessory/type", "unsupported_type"),
    ("an image without alt_text", [{"type": "image", "image_url": "https://a.example"}], "/0", "missing_property"),
    ("an image from nowhere", [{"type": "image", "alt_text": "a"}], "/0", "missing_property"),
    ("an image from two places", [{**IMAGE, "slack_file": {"id": "F1"}}], "/0", "mutually_exclusive"),
    ("an image's url of 3,001", [{**IMAGE, "image_url": "x" * 3001}], "/0/image_url", "failed_constraint"),
    ("a title on a small image", [section(accessory={**IMAGE, "title": plain("x")})], "/0/accessory/title", None),
    ("an alert in a message", [{"type": "alert", "text": plain("x")}], "/0/type", "unsupported_surface"),
    ("a file in a message", [{"type": "file", "external_id": "a", "source": "remote"}], "/0/type", None),
    ("two tables", [table(["a"]), table(["b"])], "/1", "only_one_table_allowed"),
    ("101 rows", [table(*[["a"]] * 101)], "/0/rows", "max_items"),
    ("21 columns", [table(["a"] * 21)], "/0/rows/0", "max_items"),
    ("ragged rows", [table(["a", "b"], ["c"])], "/0/rows/1", "failed_constraint"),
    ("more settings than columns", [table(["a"], column_settings=[{"align": "left"}] * 2)], None, "max_items"),
    ("a cell that is a word", [{"type": "table", "rows": [["a"]]}], "/0/rows/0/0", "invalid_type"),
    ("a markdown block of 12,001", [{"type": "markdown", "text": "x" * 12_001}], "/0/text", "failed_constraint"),
    ("12,001 in two markdown blocks", [{"type": "markdown", "text": "x" * 6_001}] * 2, "", "max_length"),
    ("text straight in rich_text", [rich({"type": "text", "text": "x"})], "/0/elements/0/type", "unsupported_type"),
    ("an empty piece", [rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})], None, None),
    ("a mention in code", [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
     "/0/elements/0/elements/0/type", "unsupported_type"),
    ("a list without style", [rich({"type": "rich_text_list", "elements": []})], "/0/elements/0", "missing_property"),
    ("a data table of one row", [{"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "a"}]]}],
     "/0/rows", "min_items"),
    ("a pie of 13 pieces", [{"type": "data_visualization", "title": "t", "chart": {
        "type": "pie", "segments": [{"label": "a", "value": 1}] * 13}}], "/0/chart/segments", "max_items"),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "pointer", "code"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_payload_is_refused_with_a_pointer(blocks: Any, pointer: str | None, code: str | None) -> None:
    faults = validate(blocks)
    assert len(faults) == 1, faults
    assert faults[0]["message"]
    if pointer is not None:
        assert faults[0]["pointer"] == pointer
    if code is not None:
        assert faults[0]["code"] == code


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("A form"), "blocks": list(blocks), **more}


INPUT = {"type": "input", "label": plain("Name"), "element": {"type": "plain_text_input", "action_id": "name"}}

BAD_VIEWS = [
    ("a view of another type", {"type": "workflow_step", "blocks": []}, "/type"),
    ("a modal without title", {"type": "modal", "blocks": []}, ""),
    ("a title of 25", modal(title=plain("x" * 25)), "/title/text"),
    ("a title in mrkdwn", modal(title={"type": "mrkdwn", "text": "x"}), "/title/type"),
    ("a submit of 25", modal(submit=plain("x" * 25)), "/submit/text"),
    ("private_metadata of 3,001", modal(private_metadata="x" * 3001), "/private_metadata"),
    ("a callback_id of 256", modal(callback_id="x" * 256), "/callback_id"),
    ("101 blocks", modal(*[{"type": "divider"}] * 101), "/blocks"),
    ("a table in a modal", modal(table(["a"])), "/blocks/0/type"),
    ("markdown in a modal", modal({"type": "markdown", "text": "x"}), "/blocks/0/type"),
    ("an input without submit", modal(INPUT), "/submit"),
    ("a label of 2,001", modal({**INPUT, "label": plain("x" * 2001)}, submit=plain("Go")), "/blocks/0/label/text"),
    ("a button as input", modal({**INPUT, "element": button()}, submit=plain("Go")), "/blocks/0/element/type"),
    (
        "min above max",
        modal({**INPUT, "element": {**INPUT["element"], "min_length": 9, "max_length": 3}}, submit=plain("Go")),  # type: ignore[dict-item]
        "/blocks/0/element/min_length",
    ),
    ("a title on Home", {"type": "home", "title": plain("x"), "blocks": []}, "/title"),
    ("an alert on Home", {"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]}, "/blocks/0/type"),
]


@pytest.mark.parametrize(("view", "pointer"), [b[1:] for b in BAD_VIEWS], ids=[b[0] for b in BAD_VIEWS])
def test_a_bad_view_is_refused_with_a_pointer(view: Any, pointer: str) -> None:
    assert [f["pointer"] for f in validate_view(view)] == [pointer]


def test_the_answer_names_the_place_as_slack_does(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section(), section("y" * 3001)])
    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {answer['errors'][0]}"]


def test_legal_blocks_are_too_long_together(client: WebClient) -> None:
    fitting = [section("x" * 2200)] * 6
    assert MESSAGE_CHARACTERS == 6 * 2200
    assert client.chat_postMessage(channel="C0GENERAL", text="x", blocks=fitting)["ok"]
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[*fitting, section("y")])


def test_blocks_can_be_validated_without_being_posted(client: WebClient) -> None:
    assert client.api_call("blocks.validate", json={"blocks": [section()]})["ok"]
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client.api_call("blocks.validate", json={"blocks": [section("")]})


def examples(kind: str) -> list[Path]:
    return sorted((VALID / kind).glob("*.json"))


def surfaces(block: dict[str, Any]) -> str:
    return "modal" if block["type"] in ("alert", "input") else "message"


needs_shared = pytest.mark.skipif(not VALID.is_dir(), reason="no shared reference beside the checkout")


@needs_shared
@pytest.mark.parametrize("path", [p for p in examples("blocks") if p.stem != "file_block_only"], ids=lambda p: p.stem)
def test_a_valid_block_is_taken(path: Path) -> None:
    """A file block is never sent by an app: Slack makes it of a remote file."""
    block = json.loads(path.read_text())
    assert validate([block], surfaces(block)) == []


@needs_shared
@pytest.mark.parametrize("path", [p for p in examples("elements") if "url_source" not in p.stem], ids=lambda p: p.stem)
def test_a_valid_element_is_taken_where_it_may_stand(path: Path) -> None:
    element = json.loads(path.read_text())
    places = (actions(element), {**INPUT, "element": element}, section(accessory=element))
    assert any(validate([place], "home") == [] for place in places)


@needs_shared
@pytest.mark.parametrize("path", examples("rich_text"), ids=lambda p: p.stem)
def test_valid_rich_text_is_taken(path: Path) -> None:
    part = json.loads(path.read_text())
    whole = part if part["type"].startswith("rich_text_") else {"type": "rich_text_section", "elements": [part]}
    assert validate([rich(whole)]) == []


@needs_shared
@pytest.mark.parametrize("path", examples("views"), ids=lambda p: p.stem)
def test_a_valid_view_is_taken(path: Path) -> None:
    assert validate_view(json.loads(path.read_text())) == []


@needs_shared
@pytest.mark.parametrize("path", examples("messages"), ids=lambda p: p.stem)
def test_a_valid_message_is_taken(path: Path) -> None:
    """Two of the examples repeat a block_id, which the library that wrote them does not look at, and Slack does."""
    message = json.loads(path.read_text())
    codes = {f["code"] for f in validate(message.get("blocks", []))}
    assert codes <= ({"duplicate_block_id"} if path.stem.startswith("webhook_message") else set())
