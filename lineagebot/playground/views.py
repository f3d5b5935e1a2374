"""Modals and Home tabs: a stack of at most three modals per person, one Home per person."""

from __future__ import annotations

import copy
import json

from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.block_kit import refuse_bad_view
from lineagebot.playground.controls import name_blocks
from lineagebot.playground.workspace import Change, Workspace

#: characters of a view's JSON
VIEW_SIZE = 250_000
#: modals on top of each other
STACK = 3


class Views:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stacks: dict[str, list[Json]] = {}
        self._homes: dict[str, Json] = {}

    def top(self, user: str) -> Json | None:
        """The modal in front of the person."""
        with self._workspace.lock:
            stack = self._stacks.get(user)
            return copy.deepcopy(stack[-1]) if stack else None

    def home(self, user: str) -> Json | None:
        with self._workspace.lock:
            return copy.deepcopy(self._homes.get(user))

    def find(self, view_id: str) -> tuple[str, Json]:
        """The person and the view. Raises Refused("not_found")."""
        with self._workspace.lock:
            for user, stack in self._stacks.items():
                for view in stack:
                    if view["id"] == view_id:
                        return user, copy.deepcopy(view)
            for user, home in self._homes.items():
                if home["id"] == view_id:
                    return user, copy.deepcopy(home)
        raise Refused("not_found")

    def open(self, user: str, view: Json) -> Json:
        """A new modal replaces all that are open, as in Slack."""
        shown = self._made(view)
        return self._show(user, [shown])

    def push(self, user: str, view: Json) -> Json:
        with self._workspace.lock:
            stack = self._stacks.get(user, [])
            if not stack:
                raise Refused("not_found")
            if len(stack) >= STACK:
                raise Refused("push_limit_reached")
            shown = self._made(view)
            shown |= {"previous_view_id": stack[-1]["id"], "root_view_id": stack[0]["id"]}
            return self._show(user, [*stack, shown])

    def update(self, view: Json, *, view_id: str = "", external_id: str = "", hash_: str = "") -> Json:
        with self._workspace.lock:
            for user, stack in self._stacks.items():
                for place, old in enumerate(stack):
                    if old["id"] == view_id or (external_id and old.get("external_id") == external_id):
                        if hash_ and hash_ != old["hash"]:
                            raise Refused("hash_conflict")
                        shown = self._made(view) | {k: old[k] for k in ("id", "root_view_id", "previous_view_id")}
                        shown["state"] = {"values": _kept(old, shown)}
                        return self._show(user, [*stack[:place], shown, *stack[place + 1 :]], answer=shown)
        raise Refused("not_found")

    def publish(self, user: str, view: Json, *, hash_: str = "") -> Json:
        with self._workspace.lock:
            old = self._homes.get(user)
            if hash_ and old and hash_ != old["hash"]:
                raise Refused("hash_conflict")
            shown = self._made(view)
            if old:
                shown |= {"id": old["id"], "root_view_id": old["id"]}
            self._homes[user] = shown
            self._workspace.tell(Change(kind="home", view=copy.deepcopy(shown), only_for=user))
            return copy.deepcopy(shown)

    def close(self, user: str, *, all_of_them: bool = False) -> None:
        """Take the top modal away; the one below is seen again."""
        with self._workspace.lock:
            stack = self._stacks.get(user, [])
            self._show(user, [] if all_of_them else stack[:-1])

    def fill(self, view_id: str, values: Json) -> None:
        """What the person has typed so far; it stays when the view is shown again."""
        with self._workspace.lock:
            for view in [*self._homes.values(), *(v for stack in self._stacks.values() for v in stack)]:
                if view["id"] == view_id:
                    view["state"] = {"values": copy.deepcopy(values)}

    def _made(self, view: Json) -> Json:
        if len(json.dumps(view)) > VIEW_SIZE:
            raise Refused("view_too_large")
        refuse_bad_view(view)
        identity = self._workspace.identity
        key = self._workspace.stamps.id("V")
        shown = {
            "id": key,
            "team_id": identity.team_id,
            "app_id": identity.app_id,
            "app_installed_team_id": identity.team_id,
            "bot_id": identity.bot_id,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": None,
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
            **copy.deepcopy(view),
            "state": {"values": {}},
            "hash": f"{self._workspace.stamps.ts()}.{key[-4:]}",
            "root_view_id": key,
            "previous_view_id": None,
        }
        name_blocks(shown["blocks"], self._workspace.stamps.id)
        return shown

    def _show(self, user: str, stack: list[Json], *, answer: Json | None = None) -> Json:
        self._stacks[user] = stack
        top = copy.deepcopy(stack[-1]) if stack else None
        self._workspace.tell(Change(kind="view", view=top, only_for=user))
        return copy.deepcopy(answer) if answer is not None else (top or {})


def _kept(old: Json, new: Json) -> Json:
    """What was typed stays where block_id and action_id stay."""
    blocks = {block["block_id"] for block in new["blocks"]}
    return {block_id: typed for block_id, typed in old["state"]["values"].items() if block_id in blocks}
