"""What breaks us is set aside by name: a statement that we stumble over must not end the watch over all others."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Aside:
    """What broke the fold in one tick: statements by name, and the first mistake."""

    statements: list[str] = field(default_factory=list)
    mistake: str = ""

    def add(self, statement: str, mistake: Exception) -> None:
        self.statements.append(statement)
        self.mistake = self.mistake or type(mistake).__name__
        log.error("set aside", statement=statement, mistake=type(mistake).__name__, exc_info=mistake)
