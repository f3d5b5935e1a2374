"""What the readers of an ALTER's clauses share: the relation that it names, and how they say what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lineagebot.model import Action, AssetKey, AssetKind, Effect
from lineagebot.sql.by_hand.reader import Reader, effect_on
from lineagebot.sql.meaning import Context, Target
from lineagebot.sql.tokens import Token


@dataclass(frozen=True, slots=True)
class Altered:
    """The relation that an ALTER names."""

    context: Context
    target: Target
    kind: AssetKind
    if_exists: bool = False
    #: From where to where the clauses move rows.
    moved: list[tuple[AssetKey, AssetKey]] = field(default_factory=list)

    def does(self, action: Action, **fields: object) -> list[Effect]:
        """One effect on the relation itself."""
        return [effect_on(self.context, action, self.target, kind=self.kind, if_exists=self.if_exists, **fields)]

    def other(self, action: Action, parts: tuple[str, ...], **fields: object) -> list[Effect]:
        """One effect on another relation that the clause names."""
        return [effect_on(self.context, action, self.context.target(parts), **fields)]

    def takes_from(self, parts: tuple[str, ...]) -> None:
        """The rows of another relation come into this one."""
        if parts:
            self.moved.append((self.context.target(parts).key, self.target.key))

    def gives_to(self, parts: tuple[str, ...]) -> None:
        self.moved.append((self.target.key, self.context.target(parts).key))

    def type_of(self, column: str) -> str | None:
        return next((c.type for c in self.target.columns if c.name == column), None)

    def beside(self, name: str) -> AssetKey:
        """What that name means in the schema of this relation."""
        return AssetKey(self.target.key.system, (*self.target.key.path[:-1], name))


#: Reads one clause of an ALTER; None where it is none that we know.
Read = Callable[[Reader, Altered], "list[Effect] | None"]


def written(tokens: Sequence[Token]) -> str:
    """A partition as the statement names it, short enough to show."""
    return " ".join(token.text for token in tokens)[:200]
