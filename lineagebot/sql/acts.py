"""What a statement does to the text around it: run code, keep code for later, open or end a transaction.

The reader of a statement only says so; `run.py` does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Parts = tuple[str, ...]


class Manner(StrEnum):
    """By which rules the words of a text are read."""

    #: Statements, as they come from a client.
    CLIENT = "client"
    #: The inside of a routine: here BEGIN opens a block even where a client would begin a transaction with it.
    BODY = "body"
    #: One expression or query.
    EXPRESSION = "expression"


@dataclass(frozen=True, slots=True)
class Runs:
    """A text that is run there and then: EXECUTE IMMEDIATE 'text', DO $$text$$. Several, where it is one of them."""

    texts: tuple[str, ...]
    manner: Manner = Manner.CLIENT


@dataclass(frozen=True, slots=True)
class Calls:
    """A routine that was defined before, with the texts of its arguments where they are told (() where not)."""

    name: Parts
    arguments: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Prepares:
    """PREPARE name AS statement; None where its text is not told."""

    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Forgets:
    """DEALLOCATE name; "" forgets all that was prepared."""

    name: str


@dataclass(frozen=True, slots=True)
class Begins:
    """A transaction, from here on."""


@dataclass(frozen=True, slots=True)
class Commits:
    pass


@dataclass(frozen=True, slots=True)
class RollsBack:
    """`to`: only to that savepoint; "" for all of the transaction."""

    to: str = ""


@dataclass(frozen=True, slots=True)
class Saves:
    """SAVEPOINT name."""

    name: str


Act = Runs | Calls | Prepares | Forgets | Begins | Commits | RollsBack | Saves
