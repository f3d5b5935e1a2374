"""A request whose first word is read: what every command is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lineagebot.commands.grammar import Said
from lineagebot.commands.request import Asker, Request
from lineagebot.commands.services import Services
from lineagebot.reply import Reply


@dataclass(frozen=True, slots=True)
class Asked:
    request: Request
    #: The word that was typed, or that the smart reading found.
    word: str
    #: The rest of the line, untouched: SQL is read from here.
    rest: str
    #: The rest of the line, taken apart; empty for commands that take SQL.
    said: Said

    @property
    def asker(self) -> Asker:
        return self.request.asker


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a person can ask or do."""

    word: str
    answer: Callable[[Asked, Services], Reply]
    #: "lineage <name>": what to type.
    usage: str
    #: One line for `help`.
    help: str
    #: No word that could well be somebody's table ("users", "sources").
    aliases: tuple[str, ...] = ()
    #: More for `help <word>`: a line each.
    more: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    #: True where it writes down what somebody said.
    changes: bool = False
    #: True where the rest of the line is SQL and must not be taken apart.
    takes_sql: bool = False
    #: True where it asks the graph many things and the store nothing else: all of it is then of one moment. What
    #: writes must not hold a second connection meanwhile.
    asks_graph: bool = False
