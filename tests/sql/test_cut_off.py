"""Logs cut long statements off. What is left of a destructive one is never taken for a statement without effect."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineagebot.model import Action
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.tokens import tokenize
from lineagebot.sql.understand import understand

from . import goldens

#: What these do, somebody may miss.
DESTRUCTIVE = frozenset({
    Action.DROP, Action.TRUNCATE, Action.DELETE, Action.UPDATE, Action.OVERWRITE, Action.REPLACE, Action.RENAME,
    Action.SWAP, Action.SET_SCHEMA, Action.DROP_COLUMN, Action.RENAME_COLUMN, Action.RETYPE_COLUMN,
    Action.DROP_PARTITION, Action.REVOKE,
})  # fmt: skip
#: A whole statement of its own, that does nothing, begins so: a type goes without CASCADE only where no column has it.
WHOLE = ("FROM ", "SELECT", "OPTIMIZE", "DROP EVENT", "DROP TYPE", "DROP DOMAIN", "DROP EXTENSION")
#: Behind so many words the verb and its victim have been said.
MOST_WORDS = 14


def destructive(dialect: str) -> Iterator[goldens.Case]:
    for file in goldens.golden_files():
        if file.parent.name == dialect:
            for case in goldens.cases(file):
                understood = understand(case.sql, case.dialect, case.session, case.known)
                if understood.statements == 1 and any(effect.action in DESTRUCTIVE for effect in understood.effects):
                    yield case


@pytest.mark.parametrize("dialect", sorted({file.parent.name for file in goldens.golden_files()}))
def test_the_beginning_of_a_destructive_statement_is_never_called_harmless(dialect: str) -> None:
    harmless = []
    for case in destructive(dialect):
        tokens = list(tokenize(case.sql, dialect_of(dialect).lexis))
        for token in tokens[: min(len(tokens) - 1, MOST_WORDS)]:
            beginning = case.sql[: token.end]
            understood = understand(beginning, dialect, case.session, case.known)
            said = "\n".join(line for line in beginning.splitlines() if not line.startswith("--"))
            if not understood.effects and not understood.problems and said and not said.upper().startswith(WHOLE):
                harmless.append(said)
    assert harmless == []
