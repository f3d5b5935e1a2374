"""What Slack takes as blocks and views, and where it does not: with a json-pointer to what is wrong.

The shapes are a table of their own; here are the rules of a whole payload: how many, where, how long together.
"""

from __future__ import annotations

from typing import Any

from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.block_kit_checks import Check, Fault, Faults, Shape, anything, boolean, string, text, typed
from lineagebot.playground.block_kit_shapes import BLOCKS, SHAPES, texts

#: blocks of a payload
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
#: characters of all texts of a message's blocks: legal blocks fail together (bolt-js#2509)
MESSAGE_CHARACTERS = 13_200
#: of all markdown blocks of a payload together
MARKDOWN_CHARACTERS = 12_000
#: blocks that cannot stand there
BANNED = {
    "message": frozenset({"alert", "file"}),
    "modal": frozenset(
        {
            "card",
            "carousel",
            "container",
            "context_actions",
            "data_table",
            "data_visualization",
            "file",
            "markdown",
            "plan",
            "table",
            "task_card",
        }
    ),
    "home": frozenset(
        {"alert", "context_actions", "data_visualization", "file", "markdown", "plan", "table", "task_card"}
    ),
}


def validate(blocks: Any, surface: str = "message") -> list[Json]:
    """What Slack would not take: {pointer, code, message} each. `surface` is message, modal or home."""
    return [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in _faults(blocks, surface)]


def refuse_bad_blocks(blocks: Any) -> None:
    """A message's blocks: raises Refused("invalid_blocks") or Refused("msg_blocks_too_long")."""
    faults = validate(blocks)
    if faults:
        raise Refused("invalid_blocks", **told(faults, "/blocks"))
    if sum(len(t) for t in texts(blocks)) > MESSAGE_CHARACTERS:
        raise Refused("msg_blocks_too_long")


def told(faults: list[Json], root: str) -> Json:
    """The fields in which Slack names what is wrong."""
    said = [f"{f['message']} [json-pointer:{root}{f['pointer']}]" for f in faults]
    return {"errors": said, "response_metadata": {"messages": [f"[ERROR] {line}" for line in said]}}


_VIEW_TEXT: dict[str, Check] = {
    "blocks": anything,
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
VIEWS: dict[str, Shape] = {
    "home": Shape(_VIEW_TEXT, ("blocks",)),
    "modal": Shape(
        {
            **_VIEW_TEXT,
            "title": text(24, plain=True),
            "submit": text(24, plain=True),
            "close": text(24, plain=True),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        ("blocks", "title"),
    ),
}


def refuse_bad_view(view: Any) -> None:
    """Raises Refused("invalid_arguments") with pointers into the view."""
    faults = validate_view(view)
    if faults:
        raise Refused("invalid_arguments", **told(faults, "/view"))


def validate_view(view: Any) -> list[Json]:
    """Like `validate`, for a whole modal or Home; pointers are relative to the view."""
    faults = [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in typed(VIEWS)(view, "")]
    if not isinstance(view, dict) or view.get("type") not in VIEWS:
        return faults
    blocks = view.get("blocks")
    inside = validate(blocks, view["type"])
    faults += [{**f, "pointer": f"/blocks{f['pointer']}"} for f in inside]
    if view["type"] == "modal" and "submit" not in view and _has_input(blocks):
        faults.append({"pointer": "/submit", "code": "missing_property", "message": "inputs need a submit button"})
    return faults


def _faults(blocks: Any, surface: str) -> Faults:
    if not isinstance(blocks, list):
        yield Fault("", "invalid_type", "must be an array")
        return
    most = MOST_BLOCKS[surface]
    if len(blocks) > most:
        yield Fault("", "max_items", f"no more than {most} items allowed")
    known = [b for b in blocks if isinstance(b, dict)]
    yield from _across(known)
    for place, block in enumerate(blocks):
        kind = block.get("type") if isinstance(block, dict) else None
        if kind in BANNED[surface]:
            yield Fault(f"/{place}/type", "unsupported_surface", f"{kind} is not allowed on a {surface}")
        else:
            yield from typed(SHAPES, BLOCKS)(block, f"/{place}")


def _across(blocks: list[Json]) -> Faults:
    """What only the blocks together show."""
    first: dict[str, int] = {}
    for place, block in enumerate(blocks):
        key = block.get("block_id")
        if isinstance(key, str) and key and first.setdefault(key, place) != place:
            yield Fault(f"/{place}/block_id", "duplicate_block_id", f"block_id {key} already exists")
    tables = [place for place, block in enumerate(blocks) if block.get("type") == "table"]
    if len(tables) > 1:
        yield Fault(f"/{tables[1]}", "only_one_table_allowed", "only one table is allowed in a message")
    markdown = [len(b["text"]) for b in blocks if b.get("type") == "markdown" and isinstance(b.get("text"), str)]
    if len(markdown) > 1 and sum(markdown) > MARKDOWN_CHARACTERS:
        yield Fault("", "max_length", f"no more than {MARKDOWN_CHARACTERS} characters in all markdown blocks")


def _has_input(blocks: Any) -> bool:
    return any(isinstance(b, dict) and b.get("type") == "input" for b in blocks or ())
