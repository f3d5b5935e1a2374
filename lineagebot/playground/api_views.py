"""Slack's views.* methods and blocks.validate."""

from __future__ import annotations

from typing import Any

from lineagebot.playground.answers import Json, Refused, ok, wanted
from lineagebot.playground.block_kit import refuse_bad_view, told, validate
from lineagebot.playground.state import State


def open_(state: State, args: Json) -> Json:
    """The view is checked before the trigger is used up, so a bad one may be sent again in time."""
    view = _modal(args)
    user = state.triggers.exchange(str(wanted(args, "trigger_id")))
    return ok(view=state.views.open(user, view))


def push(state: State, args: Json) -> Json:
    view = _modal(args)
    user = state.triggers.exchange(str(wanted(args, "trigger_id")))
    return ok(view=state.views.push(user, view))


def update(state: State, args: Json) -> Json:
    view = state.views.update(
        _modal(args),
        view_id=str(args.get("view_id") or ""),
        external_id=str(args.get("external_id") or ""),
        hash_=str(args.get("hash") or ""),
    )
    return ok(view=view)


def publish(state: State, args: Json) -> Json:
    user = state.known_user(wanted(args, "user_id"))
    view = _view(args)
    if view.get("type") != "home":
        raise Refused("invalid_arguments", response_metadata={"messages": ["[ERROR] a Home tab must be of type home"]})
    return ok(view=state.views.publish(user.id, view, hash_=str(args.get("hash") or "")))


def validate_blocks(state: State, args: Json) -> Json:
    """Checks blocks, a message or a view without showing them."""
    if "view" in args:
        refuse_bad_view(args["view"])
        return ok()
    message = args.get("message")
    blocks: Any = message.get("blocks") if isinstance(message, dict) else args.get("blocks")
    faults = validate(blocks)
    if faults:
        raise Refused("invalid_blocks", **told(faults, "/blocks"))
    return ok()


def _modal(args: Json) -> Json:
    view = _view(args)
    if view.get("type") == "home":
        raise Refused("invalid_arguments", response_metadata={"messages": ["[ERROR] a Home tab cannot be opened"]})
    return view


def _view(args: Json) -> Json:
    view = wanted(args, "view")
    refuse_bad_view(view)
    return dict(view)
