"""Structured logs: one line an event on stderr, for people on a terminal and as JSON elsewhere.

A traceback is shown without the values of its variables, and what looks like a password or a token is masked: other
people's libraries put both into their errors.
"""

from __future__ import annotations

import logging
import re
import sys

import structlog

#: Slack's tokens; the password in an address, and in a conninfo.
_SECRETS = (
    (re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+"), "x***"),
    (re.compile(r"(\w://[^\s:/@]{0,100}):[^\s@]{1,300}@"), r"\1:***@"),
    (re.compile(r"""(?i)\b(password|secret)=('(?:[^'\\]|\\.)*'|"[^"]*"|[^\s'"]+)"""), r"\1=***"),
)
#: Characters of one value of a line.
LONGEST = 20_000


def set_up(level: str = "INFO", *, json: bool | None = None) -> None:
    """Send structlog's and the libraries' lines to stderr. `json` None: JSON unless stderr is a terminal."""
    as_json = not sys.stderr.isatty() if json is None else json
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    drawn: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        # The default draws every local variable beside the traceback.
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _mask_secrets,
                drawn,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # It warns whenever a run lasts longer than its interval: that is how a slow source is meant to behave.
    logging.getLogger("apscheduler").setLevel("ERROR")
    for noisy in ("alembic", "slack_bolt", "slack_sdk", "uvicorn", "asyncio"):
        logging.getLogger(noisy).setLevel("WARNING")


def masked(text: str) -> str:
    """The text without what looks like a password or a token."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text[:LONGEST])
    return text


def _mask_secrets(
    logger: structlog.typing.WrappedLogger, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}
