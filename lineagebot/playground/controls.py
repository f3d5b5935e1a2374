"""What a person can touch in blocks: finding it by its name or label, and how Slack words what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lineagebot.playground.answers import Json

#: selects by the key of what was chosen; "multi_" ones take lists under the key with an s
CHOSEN = {
    "static_select": "option",
    "external_select": "option",
    "users_select": "user",
    "conversations_select": "conversation",
    "channels_select": "channel",
}
#: pickers by the key of what was picked
PICKED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
#: what a person's choice may be called in an action or a state
CHOICE_KEYS = frozenset(
    {"value", "rich_text_value", *PICKED.values()}
    | {f"selected_{word}" for word in CHOSEN.values()}
    | {f"selected_{word}s" for word in CHOSEN.values()}
)


def elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) for everything that can be touched, in reading order."""
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and "action_id" in element:
                yield block, element
        yield from elements(block.get("child_blocks", ()))


def find(blocks: Iterable[Json], what: str, *, block_id: str | None = None) -> tuple[Json, Json]:
    """By action_id, else by the label people read. Raises LookupError that names what there is."""
    there = [(b, e) for b, e in elements(blocks) if block_id is None or b.get("block_id") == block_id]
    for called in (lambda _, e: e["action_id"] == what, lambda b, e: what in labels(b, e)):
        for block, element in there:
            if called(block, element):
                return block, element
    names = ", ".join(sorted({*(e["action_id"] for _, e in there), *(w for b, e in there for w in labels(b, e))}))
    raise LookupError(f"nothing called {what!r} here; there is: {names or 'nothing to touch'}")


def labels(block: Json, element: Json) -> tuple[str, ...]:
    said = (element.get("text"), element.get("placeholder"), block.get("label"))
    return tuple(s["text"] for s in said if isinstance(s, dict) and s.get("text"))


def choice(element: Json, value: Any) -> Json:
    """How Slack says that a person gave `value`: an option's value or label, a user's id, a text…"""
    kind = str(element["type"])
    if kind in PICKED:
        return {PICKED[kind]: value}
    if kind in ("overflow", "radio_buttons"):
        return {"selected_option": option(element, value)}
    if kind == "checkboxes":
        return {"selected_options": [option(element, v) for v in value]}
    if kind in CHOSEN:
        key = CHOSEN[kind]
        return {f"selected_{key}": option(element, value) if key == "option" else value}
    single = kind.removeprefix("multi_")
    if single in CHOSEN:
        key = CHOSEN[single]
        return {f"selected_{key}s": [option(element, v) if key == "option" else v for v in value]}
    return {"value": value}


def option(element: Json, value: Any) -> Json:
    """The option that has this value or label; an external select takes any. Raises LookupError."""
    if isinstance(value, dict):
        return value
    listed = list(element.get("options") or ())
    listed += [o for group in element.get("option_groups") or () for o in group["options"]]
    for one in listed:
        if value in (one["value"], one["text"]["text"]):
            return dict(one)
    if str(element["type"]).endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    values = ", ".join(o["value"] for o in listed)
    raise LookupError(f"no option {value!r}; there is: {values}")


def state_of(view: Json, given: Json) -> Json:
    """The view's `state.values`: what was given (by label, action_id or block_id), what was there, the initial ones.

    `given` may also be Slack's own shape, block_id → action_id → state.
    """
    before = view.get("state", {}).get("values", {})
    values: Json = {}
    for block, element in elements(view["blocks"]):
        if element["type"] in ("button", "overflow", "workflow_button"):
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        values.setdefault(block_id, {})[action_id] = (
            _given(given, block, element)
            or before.get(block_id, {}).get(action_id)
            or {"type": element["type"], **_initial(element)}
        )
    return values


def missing(view: Json, values: Json) -> dict[str, str]:
    """Slack's own refusal to submit: inputs that are not optional and empty, block_id → sentence."""
    left = {}
    for block in view["blocks"]:
        if block["type"] != "input" or block.get("optional"):
            continue
        state = values[block["block_id"]][block["element"]["action_id"]]
        if not any(state.get(key) for key in CHOICE_KEYS):
            left[block["block_id"]] = "Please complete this required field."
    return left


def _given(given: Json, block: Json, element: Json) -> Json | None:
    exact = given.get(block["block_id"])
    if isinstance(exact, dict) and isinstance(exact.get(element["action_id"]), dict):
        return {"type": element["type"], **exact[element["action_id"]]}
    for name in (element["action_id"], block["block_id"], *labels(block, element)):
        if name in given and not (name == block["block_id"] and isinstance(exact, dict)):
            return {"type": element["type"], **choice(element, given[name])}
    return None


def _initial(element: Json) -> Json:
    """What the view came with, worded as a choice."""
    key = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time", "checkboxes": "options"}
    word = key.get(element["type"]) or CHOSEN.get(element["type"]) or ""
    single = CHOSEN.get(str(element["type"]).removeprefix("multi_"))
    if str(element["type"]).startswith("multi_") and single:
        return {f"selected_{single}s": element.get(f"initial_{single}s", [])}
    if element["type"] == "radio_buttons":
        return {"selected_option": element.get("initial_option")}
    if word:
        empty: Any = [] if word == "options" else None
        return {f"selected_{word}": element.get(f"initial_{word}", empty)}
    return {"value": element.get("initial_value")}
