"""Who is meant by an owner as files and projects write one: an e-mail, a #channel, a team's name."""

from __future__ import annotations

import re

from lineagebot.model import Owner, OwnerKind

_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_CHANNEL_ID = re.compile(r"C[A-Z0-9]{8,}")


def owner_of(said: object, name: object = None) -> Owner | None:
    """The owner that `said` names; None where it names nobody. `name` is how people call them."""
    if not isinstance(said, str) or not said.strip():
        return None
    said = said.strip()
    called = name.strip() if isinstance(name, str) and name.strip() else None
    if said.startswith("#") and len(said) > 1:
        return Owner(OwnerKind.CHANNEL, said, said)
    if _CHANNEL_ID.fullmatch(said):
        return Owner(OwnerKind.CHANNEL, said, called or said)
    if _EMAIL.fullmatch(said):
        return Owner(OwnerKind.PERSON, said.lower(), called or said)
    return Owner(OwnerKind.GROUP, said, called or said)


def channel_of(said: object) -> Owner | None:
    """A Slack channel, with or without its #."""
    if not isinstance(said, str) or not said.strip():
        return None
    said = said.strip()
    return owner_of(said if said.startswith("#") or _CHANNEL_ID.fullmatch(said) else f"#{said}")
