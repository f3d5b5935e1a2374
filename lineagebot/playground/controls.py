"""What a person can touch in blocks: finding it by its name or label, and how Slack words what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lineagebot.playground.answers import Json


@dataclass(frozen=True, slots=True)
class Wording:
    """How Slack words a control's choice: the key it stands under, the key it starts from, whether it is a list."""

    chosen: str
    initial: str
    several: bool = False

    @property
    def takes_options(self) -> bool:
        return self.chosen in ("selected_option", "selected_options")


def _selects() -> Iterator[tuple[str, Wording]]:
    words = {
        "static": "option",
        "external": "option",
        "users": "user",
        "conversations": "conversation",
        "channels": "channel",
    }
    for kind, word in words.items():
        yield f"{kind}_select", Wording(f"selected_{word}", f"initial_{word}")
        yield f"multi_{kind}_select", Wording(f"selected_{word}s", f"initial_{word}s", several=True)


#: what is not here is typed into
WORDINGS: dict[str, Wording] = {
    **dict(_selects()),
    "overflow": Wording("selected_option", ""),
    "radio_buttons": Wording("selected_option", "initial_option"),
    "checkboxes": Wording("selected_options", "initial_options", several=True),
    "datepicker": Wording("selected_date", "initial_date"),
    "timepicker": Wording("selected_time", "initial_time"),
    "datetimepicker": Wording("selected_date_time", "initial_date_time"),
}
TYPED = Wording("value", "initial_value")
#: what a person's choice may be called in an action or a state
CHOICE_KEYS = frozenset({"value", "rich_text_value", *(w.chosen for w in WORDINGS.values())})
#: pressed, not filled in: they have no state
PRESSED = frozenset({"button", "workflow_button", "overflow", "icon_button", "feedback_buttons"})


def name_blocks(blocks: Iterable[Json], new_id: Callable[[str], str]) -> None:
    """What Slack adds when it keeps blocks: a block_id and action_ids where the app gave none."""
    for block in blocks:
        block.setdefault("block_id", new_id("b"))
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and (element.get("type") in PRESSED or element.get("type") in WORDINGS):
                element.setdefault("action_id", new_id("a"))
        if isinstance(block.get("element"), dict):
            block["element"].setdefault("action_id", new_id("a"))
        name_blocks(block.get("child_blocks", ()), new_id)


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
    wording = WORDINGS.get(str(element["type"]), TYPED)
    if not wording.takes_options:
        return {wording.chosen: value}
    if wording.several:
        return {wording.chosen: [option(element, v) for v in value]}
    return {wording.chosen: option(element, value)}


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
        if element["type"] in PRESSED:
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
    wording = WORDINGS.get(str(element["type"]), TYPED)
    return {wording.chosen: element.get(wording.initial, [] if wording.several else None)}
