"""Everything that a person can ask or do: one table, in the order in which `help` shows it."""

from __future__ import annotations

from lineagebot.commands import (
    alerts,
    announce,
    check,
    column,
    digest,
    handover,
    hours,
    lineage,
    noise,
    owner,
    readers,
    status,
    subscribe,
)
from lineagebot.commands.asked import Command
from lineagebot.commands.help import COMMAND as HELP

COMMANDS: tuple[Command, ...] = (
    lineage.COMMAND,
    readers.COMMAND,
    check.COMMAND,
    announce.COMMAND,
    column.COMMAND,
    owner.COMMAND,
    subscribe.SUBSCRIBE,
    subscribe.UNSUBSCRIBE,
    subscribe.SUBSCRIPTIONS,
    hours.COMMAND,
    digest.COMMAND,
    alerts.ALERTS,
    alerts.ACKNOWLEDGE,
    alerts.SNOOZE,
    alerts.RESOLVE,
    handover.MINE,
    handover.REASSIGN,
    noise.QUIET,
    noise.QUIETED,
    noise.UNQUIET,
    status.STATUS,
    status.PAUSE,
    status.RESUME,
    HELP,
)

_BY_WORD = {word: command for command in COMMANDS for word in (command.word, *command.aliases)}


def command_of(word: str) -> Command | None:
    """The command of that word or alias."""
    return _BY_WORD.get(word.lower())


def words() -> tuple[str, ...]:
    """Every command's own word."""
    return tuple(command.word for command in COMMANDS)
