"""Every block and element of Slack's Block Kit as a table: its keys, the check at each, those it must have.

Lengths and counts: docs.slack.dev/reference/block-kit (as gathered in slackblocks' limits.json); keys:
@slack/types 3.2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lineagebot.playground.answers import Json
from lineagebot.playground.block_kit_checks import (
    Check,
    Fault,
    Faults,
    Shape,
    anything,
    boolean,
    many,
    matching,
    number,
    one_of,
    shaped,
    string,
    text,
    typed,
)

SHAPES: dict[str, Shape] = {}
"""Every block and element by its type; filled below."""

_id = string(255)
_plain = text(plain=True)
_url = string(3000, least=1)
_placeholder = text(150, plain=True)
_date = matching(re.compile(r"\d{4}-\d{2}-\d{2}"), "a date YYYY-MM-DD")
_time = matching(re.compile(r"\d{2}:\d{2}"), "a time HH:mm")

CONFIRM = shaped(
    Shape(
        {
            "title": text(100, plain=True),
            "text": text(300),
            "confirm": text(30, plain=True),
            "deny": text(30, plain=True),
            "style": one_of("primary", "danger"),
        },
        required=("title", "text", "confirm", "deny"),
    )
)


def _option(*, plain: bool = True, url: bool = False) -> Check:
    keys: dict[str, Check] = {
        "text": text(75, plain=plain),
        "value": string(150),
        "description": text(75, plain=plain),
    }
    return shaped(Shape(keys | ({"url": _url} if url else {}), required=("text", "value")))


OPTION = _option()
RICH_OPTION = _option(plain=False)
LINK_OPTION = _option(url=True)
OPTION_GROUP = shaped(
    Shape(
        {"label": text(75, plain=True), "options": many(OPTION, least=1, most=100)},
        required=("label", "options"),
    )
)
SLACK_FILE = shaped(Shape({"id": string(), "url": string()}))
DISPATCH = shaped(Shape({"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), least=1)}))
FILTER = shaped(
    Shape(
        {
            "include": many(one_of("im", "mpim", "private", "public"), least=1),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        }
    )
)
WORKFLOW = shaped(
    Shape(
        {
            "trigger": shaped(
                Shape(
                    {
                        "url": _url,
                        "customizable_input_parameters": many(
                            shaped(Shape({"name": string(), "value": string()}, required=("name", "value")))
                        ),
                    },
                    required=("url",),
                )
            )
        },
        required=("trigger",),
    )
)


def _either(first: str, second: str, *, needed: bool = True) -> Any:
    """Exactly one of two keys (or at most one)."""

    def rule(value: Json, at: str) -> Faults:
        if first in value and second in value:
            yield Fault(at, "mutually_exclusive", f"{first} and {second} exclude each other")
        if needed and first not in value and second not in value:
            yield Fault(at, "missing_property", f"missing required field: {first} or {second}")

    return rule


# elements

ELEMENT: dict[str, Check] = {"action_id": _id}
FOCUS: dict[str, Check] = {"focus_on_load": boolean}


def _element(
    kind: str, keys: dict[str, Check], *, required: tuple[str, ...] = (), rule: Any = None, focus: bool = True
) -> None:
    SHAPES[kind] = Shape(keys, required, rule, shared=ELEMENT | (FOCUS if focus else {}))


_element(
    "button",
    {
        "text": text(75, plain=True),
        "url": _url,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    required=("text",),
    focus=False,
)
_element(
    "workflow_button",
    {
        "text": text(75, plain=True),
        "workflow": WORKFLOW,
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    required=("text", "workflow"),
    focus=False,
)
_element(
    "icon_button",
    {
        "icon": string(least=1),
        "text": text(75, plain=True),
        "value": string(2000),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "visible_to_user_ids": many(string(), most=10),
    },
    required=("icon", "text"),
    focus=False,
)
_FEEDBACK = shaped(
    Shape(
        {"text": text(75, plain=True), "value": string(2000), "accessibility_label": string(75)},
        required=("text", "value"),
    )
)
_element(
    "feedback_buttons",
    {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
    required=("positive_button", "negative_button"),
    focus=False,
)
_element(
    "overflow",
    {"options": many(LINK_OPTION, least=1, most=5), "confirm": CONFIRM},
    required=("options",),
    focus=False,
)
_element(
    "checkboxes",
    {
        "options": many(RICH_OPTION, least=1, most=10),
        "initial_options": many(RICH_OPTION, least=1, most=10),
        "confirm": CONFIRM,
    },
    required=("options",),
)
_element(
    "radio_buttons",
    {"options": many(RICH_OPTION, least=1, most=10), "initial_option": RICH_OPTION, "confirm": CONFIRM},
    required=("options",),
)

_CHOICE: dict[str, Check] = {"placeholder": _placeholder, "confirm": CONFIRM}
_MANY: dict[str, Check] = {**_CHOICE, "max_selected_items": number(1)}
_STATIC: dict[str, Check] = {
    "options": many(OPTION, least=1, most=100),
    "option_groups": many(OPTION_GROUP, least=1, most=100),
}
_one_list = _either("options", "option_groups")
_element("static_select", {**_CHOICE, **_STATIC, "initial_option": OPTION}, rule=_one_list)
_element("multi_static_select", {**_MANY, **_STATIC, "initial_options": many(OPTION, least=1)}, rule=_one_list)
_element("external_select", {**_CHOICE, "initial_option": OPTION, "min_query_length": number(0)})
_element("multi_external_select", {**_MANY, "initial_options": many(OPTION), "min_query_length": number(0)})
_element("users_select", {**_CHOICE, "initial_user": string(least=1)})
_element("multi_users_select", {**_MANY, "initial_users": many(string(least=1))})
_CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": FILTER}
_element(
    "conversations_select",
    {**_CHOICE, **_CONVERSATIONS, "initial_conversation": string(least=1), "response_url_enabled": boolean},
)
_element("multi_conversations_select", {**_MANY, **_CONVERSATIONS, "initial_conversations": many(string(least=1))})
_element("channels_select", {**_CHOICE, "initial_channel": string(least=1), "response_url_enabled": boolean})
_element("multi_channels_select", {**_MANY, "initial_channels": many(string(least=1))})
_element("datepicker", {**_CHOICE, "initial_date": _date})
_element("timepicker", {**_CHOICE, "initial_time": _time, "timezone": string(least=1)})
_element("datetimepicker", {"initial_date_time": number(1_000_000_000, 9_999_999_999), "confirm": CONFIRM})

_TYPED: dict[str, Check] = {"placeholder": _placeholder, "dispatch_action_config": DISPATCH}


def _lengths_in_order(value: Json, at: str) -> Faults:
    low, high = value.get("min_length"), value.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield Fault(f"{at}/min_length", "failed_constraint", "min_length is greater than max_length")


def _range_in_order(value: Json, at: str) -> Faults:
    try:
        low, high = float(value.get("min_value", "-inf")), float(value.get("max_value", "inf"))
    except (TypeError, ValueError):
        yield Fault(at, "invalid_type", "min_value and max_value must be numbers written as strings")
        return
    if low > high:
        yield Fault(f"{at}/min_value", "failed_constraint", "min_value is greater than max_value")


_element(
    "plain_text_input",
    {
        **_TYPED,
        "initial_value": string(3000),
        "multiline": boolean,
        "min_length": number(0, 3000),
        "max_length": number(1, 3000),
    },
    rule=_lengths_in_order,
)
_element("rich_text_input", {**_TYPED, "initial_value": anything, "min_lines": number(1), "max_lines": number(1)})
_element("email_text_input", {**_TYPED, "initial_value": string()})
_element("url_text_input", {**_TYPED, "initial_value": string()})
_element(
    "number_input",
    {
        **_TYPED,
        "is_decimal_allowed": boolean,
        "initial_value": string(),
        "min_value": string(),
        "max_value": string(),
    },
    required=("is_decimal_allowed",),
    rule=_range_in_order,
)
_element("file_input", {"filetypes": many(string(least=1)), "max_files": number(1, 10)}, focus=False)

SELECTS = frozenset(
    f"{many_}{kind}_select"
    for many_ in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
TYPED_INPUTS = frozenset(
    {"plain_text_input", "rich_text_input", "email_text_input", "url_text_input", "number_input", "file_input"}
)
INPUTS = SELECTS | PICKERS | TYPED_INPUTS | {"checkboxes", "radio_buttons"}
BUTTONS = frozenset({"button", "workflow_button", "overflow"})
ACTIONS = SELECTS | PICKERS | BUTTONS | {"checkboxes", "radio_buttons", "rich_text_input"}
ACCESSORIES = (ACTIONS | {"image"}) - {"rich_text_input"}

#: the image block and the image element are told apart by where they stand; only the block takes title and block_id
_IMAGE: dict[str, Check] = {"image_url": _url, "alt_text": string(2000, least=1), "slack_file": SLACK_FILE}
IMAGE_ELEMENT = Shape(_IMAGE, ("alt_text",), _either("image_url", "slack_file"))
ACCESSORY = {kind: SHAPES[kind] for kind in ACCESSORIES - {"image"}} | {"image": IMAGE_ELEMENT}

# rich text: sections of small pieces

_STYLE = shaped(
    Shape(
        dict.fromkeys(
            ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
        )
    )
)
PIECES: dict[str, Shape] = {
    kind: Shape({**keys, "style": _STYLE}, required)
    for kind, keys, required in (
        ("text", {"text": string(least=1)}, ("text",)),
        ("link", {"url": _url, "text": string(), "unsafe": boolean}, ("url",)),
        (
            "emoji",
            {"name": string(least=1), "unicode": string(), "url": string(), "skin_tone": number(1, 6)},
            ("name",),
        ),
        ("user", {"user_id": string(least=1)}, ("user_id",)),
        ("usergroup", {"usergroup_id": string(least=1)}, ("usergroup_id",)),
        ("channel", {"channel_id": string(least=1)}, ("channel_id",)),
        ("team", {"team_id": string(least=1)}, ("team_id",)),
        ("broadcast", {"range": one_of("here", "channel", "everyone")}, ("range",)),
        ("color", {"value": string(least=1)}, ("value",)),
        (
            "date",
            {"timestamp": number(0), "format": string(least=1), "url": string(), "fallback": string()},
            ("timestamp", "format"),
        ),
    )
}
_pieces = many(typed(PIECES))
_BORDER = number(0)
RICH_PARTS: dict[str, Shape] = {
    "rich_text_section": Shape({"elements": _pieces}, ("elements",)),
    "rich_text_preformatted": Shape(
        {"elements": many(typed(PIECES, frozenset({"text", "link"}))), "border": _BORDER, "language": string()},
        ("elements",),
    ),
    "rich_text_quote": Shape({"elements": _pieces, "border": _BORDER}, ("elements",)),
}
RICH_PARTS["rich_text_list"] = Shape(
    {
        "elements": many(typed(RICH_PARTS, frozenset({"rich_text_section"}))),
        "style": one_of("bullet", "ordered"),
        "indent": number(0, 8),
        "offset": number(0),
        "border": _BORDER,
    },
    ("elements", "style"),
)

# blocks

BLOCK: dict[str, Check] = {"block_id": _id}


def _block(kind: str, keys: dict[str, Check], *, required: tuple[str, ...] = (), rule: Any = None) -> None:
    SHAPES[kind] = Shape(keys, required, rule, shared=BLOCK)


def _elements(*kinds: str) -> Check:
    return typed(SHAPES, frozenset(kinds))


def _text_or_fields(value: Json, at: str) -> Faults:
    if not value.get("text") and not value.get("fields"):
        yield Fault(at, "missing_property", "missing required field: text or fields")


def _different_actions(value: Json, at: str) -> Faults:
    elements = [e for e in value.get("elements") or () if isinstance(e, dict)]
    counted = Counter(e["action_id"] for e in elements if isinstance(e.get("action_id"), str))
    for action, times in counted.items():
        if times > 1:
            yield Fault(f"{at}/elements", "duplicate_action_id", f"action_id {action} is used {times} times")


_block("divider", {})
_block(
    "section",
    {
        "text": text(3000),
        "fields": many(text(2000), least=1, most=10),
        "accessory": typed(ACCESSORY),
        "expand": boolean,
    },
    rule=_text_or_fields,
)
_block("header", {"text": text(150, plain=True), "level": number(1, 4)}, required=("text",))
_block(
    "image",
    {**_IMAGE, "title": text(2000, plain=True)},
    required=("alt_text",),
    rule=_either("image_url", "slack_file"),
)


def _context_element(value: Any, at: str) -> Faults:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in ("plain_text", "mrkdwn"):
        return text(3000)(value, at)
    return typed({"image": IMAGE_ELEMENT})(value, at)


_block("context", {"elements": many(_context_element, least=1, most=10)}, required=("elements",))
_block(
    "actions",
    {"elements": many(_elements(*ACTIONS), least=1, most=25)},
    required=("elements",),
    rule=_different_actions,
)
_block(
    "context_actions",
    {"elements": many(_elements("feedback_buttons", "icon_button"), least=1, most=5)},
    required=("elements",),
    rule=_different_actions,
)
_block(
    "input",
    {
        "label": text(2000, plain=True),
        "hint": text(2000, plain=True),
        "element": _elements(*INPUTS),
        "optional": boolean,
        "dispatch_action": boolean,
    },
    required=("label", "element"),
)
_block("rich_text", {"elements": many(typed(RICH_PARTS))}, required=("elements",))
_block("markdown", {"text": string(12_000, least=1)}, required=("text",))
_block("file", {"external_id": string(least=1), "source": one_of("remote")}, required=("external_id", "source"))
_block(
    "alert",
    {"text": text(200), "level": one_of("default", "info", "warning", "error", "success")},
    required=("text",),
)
_block(
    "video",
    {
        "alt_text": string(200, least=1),
        "title": text(200, plain=True),
        "thumbnail_url": _url,
        "video_url": _url,
        "title_url": _url,
        "author_name": string(50),
        "description": text(200, plain=True),
        "provider_icon_url": _url,
        "provider_name": string(50),
    },
    required=("alt_text", "thumbnail_url", "title", "video_url"),
)

# tables


def texts(value: Any) -> Iterator[str]:
    """Every text that a reader sees."""
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name == "text" and isinstance(part, str):
                yield part
            else:
                yield from texts(part)


CELLS: dict[str, Shape] = {
    "raw_text": Shape({"text": string()}, ("text",)),
    "raw_number": Shape({"text": string(), "value": number(whole=False)}, ("text", "value")),
    "rich_text": SHAPES["rich_text"],
}
#: a data table's cells may not be empty
FULL_CELLS: dict[str, Shape] = {
    **CELLS,
    "raw_text": Shape({"text": string(least=1)}, ("text",)),
    "raw_number": Shape({"text": string(least=1), "value": number(whole=False)}, ("text", "value")),
}
COLUMN = shaped(Shape({"align": one_of("left", "center", "right"), "is_wrapped": boolean}))


def _even_rows(value: Json, at: str) -> Faults:
    rows = [row for row in value.get("rows") or () if isinstance(row, list)]
    widths = [len(row) for row in rows]
    if len(set(widths)) > 1:
        odd = next(place for place, width in enumerate(widths) if width != widths[0])
        yield Fault(f"{at}/rows/{odd}", "failed_constraint", f"every row must have {widths[0]} cells")
    settings = value.get("column_settings")
    if isinstance(settings, list) and widths and len(settings) > widths[0]:
        yield Fault(f"{at}/column_settings", "max_items", "more column settings than columns")


def _short_content(value: Json, at: str) -> Faults:
    yield from _even_rows(value, at)
    if sum(len(t) for t in texts(value.get("rows") or [])) > 20_000:
        yield Fault(f"{at}/rows", "max_length", "no more than 20000 characters in all cells")


_block(
    "table",
    {
        "rows": many(many(typed(CELLS), least=1, most=20), least=1, most=100),
        "column_settings": many(COLUMN, most=20),
    },
    required=("rows",),
    rule=_even_rows,
)
_block(
    "data_table",
    {
        "rows": many(many(typed(FULL_CELLS), least=1, most=20), least=2, most=201),
        "caption": string(least=1),
        "page_size": number(1, 100),
        "row_header_column_index": number(0, 19),
    },
    required=("rows", "caption"),
    rule=_short_content,
)

# cards, plans, charts

_ICON = shaped(
    Shape({"name": string(), "type": string(), "image_url": _url, "alt_text": string(), "slack_file": SLACK_FILE})
)
_PICTURE = typed({"image": IMAGE_ELEMENT})
_block(
    "card",
    {
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "hero_image": _PICTURE,
        "icon": _PICTURE,
        "slack_icon": _ICON,
        "actions": many(_elements("button"), most=3),
    },
)
_block("carousel", {"elements": many(_elements("card"), least=1, most=10)}, required=("elements",))
_block(
    "container",
    {
        "title": text(150, plain=True),
        "rich_text_title": _elements("rich_text"),
        "subtitle": text(150),
        "icon": _PICTURE,
        "width": one_of("narrow", "standard", "wide", "full"),
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
        "child_blocks": many(typed(SHAPES), most=10),
    },
    required=("child_blocks",),
)
_SOURCE = typed({"url": Shape({"url": _url, "text": string(least=1)}, ("url", "text"))})
_TASK: dict[str, Check] = {
    "task_id": string(least=1),
    "title": string(least=1),
    "status": one_of("pending", "in_progress", "complete", "error"),
    "details": _elements("rich_text"),
    "output": _elements("rich_text"),
    "sources": many(_SOURCE),
}
_block("task_card", _TASK, required=("task_id", "title", "status"))
_task = shaped(Shape({**_TASK, "block_id": _id}, ("task_id", "title", "status")))
_block("plan", {"title": string(least=1), "tasks": many(_task)}, required=("title",))


def _positive(value: Any, at: str) -> Faults:
    yield from number(whole=False)(value, at)
    if isinstance(value, (int, float)) and value <= 0:
        yield Fault(at, "failed_constraint", "must be more than 0")


_SEGMENT = shaped(Shape({"label": string(20, least=1), "value": _positive}, ("label", "value")))
_POINT = shaped(Shape({"label": string(20, least=1), "value": number(whole=False)}, ("label", "value")))
_SERIES = shaped(Shape({"name": string(20, least=1), "data": many(_POINT, least=1, most=20)}, ("name", "data")))
_AXIS = shaped(
    Shape(
        {"categories": many(string(20, least=1), least=1, most=20), "x_label": string(50), "y_label": string(50)},
        ("categories",),
    )
)
CHARTS: dict[str, Shape] = {
    "pie": Shape({"segments": many(_SEGMENT, least=1, most=12)}, ("segments",)),
    **{
        kind: Shape({"series": many(_SERIES, least=1, most=12), "axis_config": _AXIS}, ("series", "axis_config"))
        for kind in ("bar", "line", "area")
    },
}
_block("data_visualization", {"title": string(50, least=1), "chart": typed(CHARTS)}, required=("title", "chart"))

BLOCKS = frozenset(kind for kind, shape in SHAPES.items() if shape.shared is BLOCK)
