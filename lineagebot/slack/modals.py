"""Draw a Form as a modal, and read a submitted one back into the command line that it completes.

A modal keeps nothing in the process: the command, the kinds of its fields and the place to answer in travel in its
private_metadata, so that it may be submitted to another replica.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from lineagebot.commands.grammar import quoted
from lineagebot.reply import Field, Form, Paragraph
from lineagebot.slack import limits
from lineagebot.slack.blocks import ACTION, BlockDict, draw_view, plain_text
from lineagebot.slack.reading import Place
from lineagebot.slack.tokens import Tokens

FORM_VIEW = f"{ACTION}form"
ANSWER = f"{ACTION}answer"
#: An external_select whose options are names of assets.
NAME_SEARCH = f"{ACTION}name"

_KEPT = "kept:"
_BLOCK = "lb1-"
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was filled in: the command line, or what is wrong with which block."""

    line: str
    place: Place
    #: block_id → sentence.
    wrong: Mapping[str, str]
    #: Where a sentence about the whole is shown.
    first_block: str


def form_view(form: Form, place: Place, *, tokens: Tokens, name_search: bool = False) -> BlockDict:
    """The view to open. `place` is where the answer to the completed command goes."""
    intro = draw_view((Paragraph(form.intro),), tokens=tokens) if form.intro else []
    fields = [_input(field, tokens, name_search=name_search) for field in form.fields[: limits.VIEW_BLOCKS - 5]]
    kinds = {field.id: "text" if field.kind == "name" and not name_search else field.kind for field in form.fields}
    return {
        "type": "modal",
        "callback_id": FORM_VIEW,
        "title": plain_text(form.title, limits.VIEW_TITLE),
        "submit": plain_text(form.submit, limits.VIEW_TITLE),
        "close": plain_text("Cancel", limits.VIEW_TITLE),
        "private_metadata": _packed(
            {"command": form.command, "kinds": kinds, "place": asdict(_lasting(place))}, tokens
        ),
        "blocks": [*intro[:5], *fields],
    }


def said_view(title: str, text: str) -> BlockDict:
    """A modal that only says something."""
    return {
        "type": "modal",
        "title": plain_text(title, limits.VIEW_TITLE),
        "close": plain_text("Close", limits.VIEW_TITLE),
        "blocks": [{"type": "section", "text": plain_text(text, limits.SECTION)}],
    }


def submitted(view: Mapping[str, Any], *, user: str, tokens: Tokens) -> Submitted | None:
    """Read a view_submission; None where the form is too old to be understood."""
    held = _unpacked(str(view.get("private_metadata") or ""), tokens)
    if held is None:
        return None
    state = (view.get("state") or {}).get("values") or {}
    answers = {field: _answer(state.get(_BLOCK + field) or {}, tokens) for field in held["kinds"]}
    wrong = {
        _BLOCK + field: "Please fill this in."
        for field, answer in answers.items()
        if answer is not None and answer.strip() == "" and answer != ""
    }
    line = _SLOT.sub(lambda m: _filled(answers.get(m[1]) or "", held["kinds"].get(m[1], "text")), held["command"])
    place = replace(Place(**held["place"]), user=user)
    return Submitted(line.strip(), place, wrong, _BLOCK + next(iter(held["kinds"]), "none"))


def _filled(answer: str, kind: str) -> str:
    """One answer as a part of the line. Several lines are SQL or prose: they stand as they were typed."""
    if not answer or kind in ("lines", "person", "channel"):
        return answer
    return quoted(answer)


def _lasting(place: Place) -> Place:
    """Without what expires before a form is filled in."""
    return replace(place, trigger=None)


def _input(field: Field, tokens: Tokens, *, name_search: bool) -> BlockDict:
    block: BlockDict = {
        "type": "input",
        "block_id": _BLOCK + field.id,
        "label": plain_text(field.label, 200),
        "element": _element(field, tokens, name_search=name_search),
        "optional": field.optional,
    }
    if field.hint:
        block["hint"] = plain_text(field.hint, limits.LABEL)
    return block


def _element(field: Field, tokens: Tokens, *, name_search: bool) -> BlockDict:
    element: BlockDict = {"action_id": ANSWER}
    if field.placeholder:
        element["placeholder"] = plain_text(field.placeholder, limits.PLACEHOLDER)
    match field.kind:
        case "person":
            return element | {"type": "users_select"} | _initial(field, "initial_user", "UW")
        case "channel":
            only_ours = {"include": ["public", "private"], "exclude_external_shared_channels": True}
            shape = {"type": "conversations_select", "filter": only_ours}
            return element | shape | _initial(field, "initial_conversation", "CG")
        case "choice" if field.options:
            return element | _select(field, tokens)
        case "date":
            date = field.initial if field.initial and re.fullmatch(r"\d{4}-\d\d-\d\d", field.initial) else None
            return element | {"type": "datepicker"} | ({"initial_date": date} if date else {})
        case "name" if name_search:
            return element | {"type": "external_select", "action_id": NAME_SEARCH, "min_query_length": 1}
        case _:
            text: BlockDict = {"type": "plain_text_input", "multiline": field.kind == "lines", "max_length": 3_000}
            return element | text | ({"initial_value": field.initial[:3_000]} if field.initial else {})


def _initial(field: Field, key: str, letters: str) -> BlockDict:
    known = field.initial and re.fullmatch(rf"[{letters}][A-Z0-9]+", field.initial)
    return {key: field.initial} if known else {}


def _select(field: Field, tokens: Tokens) -> BlockDict:
    options = [
        {"text": plain_text(text, limits.OPTION), "value": _option_value(value, tokens)}
        for text, value in field.options[: limits.OPTIONS]
    ]
    chosen = [o for o, (_, value) in zip(options, field.options, strict=False) if value == field.initial]
    return {"type": "static_select", "options": options, **({"initial_option": chosen[0]} if chosen else {})}


def option_of_name(label: str, value: str, tokens: Tokens) -> BlockDict:
    """One suggestion of the name search."""
    return {"text": plain_text(label, limits.OPTION), "value": _option_value(value, tokens)}


def _option_value(value: str, tokens: Tokens) -> str:
    if value and len(value) <= limits.OPTION_VALUE and not value.startswith(_KEPT):
        return value
    return _KEPT + tokens.keep(value)


def _answer(block: Mapping[str, Any], tokens: Tokens) -> str | None:
    """What was given to one question; None where nothing was."""
    for element in block.values():
        option = (element.get("selected_option") or {}).get("value")
        if option is not None:
            kept = str(option).removeprefix(_KEPT)
            return tokens.recall(kept) if kept != option else str(option)
        if user := element.get("selected_user"):
            return f"<@{user}>"
        if channel := element.get("selected_conversation") or element.get("selected_channel"):
            return f"<#{channel}>"
        if date := element.get("selected_date"):
            return str(date)
        if (value := element.get("value")) is not None:
            return str(value)
    return None


def _packed(data: Mapping[str, Any], tokens: Tokens) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= limits.PRIVATE_METADATA else _KEPT + tokens.keep(text)


def _unpacked(text: str, tokens: Tokens) -> dict[str, Any] | None:
    if text.startswith(_KEPT):
        text = tokens.recall(text.removeprefix(_KEPT)) or ""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) and {"command", "kinds", "place"} <= data.keys() else None
