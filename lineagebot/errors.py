"""Every exception, drawn as a tree. The class says who can act; the message says what to do next.

    LineagebotError
    ├── ConfigWrong            the person who installs: settings; every mistake named at once
    ├── BadRequest             the person who asks: the words of the request
    │   └── NotAllowed         the person who asks: may not see or change this
    ├── SourceTrouble          the person who connects a source
    │   ├── SourceDenied       ... grants it the right that is named
    │   ├── SourceUnreachable  ... nobody, it is tried again; or its address is wrong
    │   └── SourceUnreadable   ... sets the log up so that it can be read
    ├── StoreTrouble           the person who runs the bot: Postgres
    │   ├── StoreUnreachable   ... tried again
    │   ├── StoreDeposed       nobody: another replica leads now; this one steps back
    │   └── EmbeddedServerFailed  ... as the message says
    └── SlackTrouble           nobody: tried again after `retry_after`
        ├── SlackRefused       the person who runs Slack: invite the bot, renew the token, add the scope
        └── CannotSay          nobody: the medium cannot look back

SQL that cannot be read is no exception but a `model.Problem`: the rest of the text is kept.
"""

from __future__ import annotations


class LineagebotError(Exception):
    """Anything we raise on purpose. Its text is a sentence for a person; a traceback is never shown."""


class ConfigWrong(LineagebotError):
    """Settings are missing or wrong; the message lists all of them with their remedy."""


class BadRequest(LineagebotError):
    """The request cannot be read or done; the message says what is wrong and what to type instead."""


class NotAllowed(BadRequest):
    """The asker may not see or change this."""


class SourceTrouble(LineagebotError):
    """A source cannot be read. Begins with the source's name."""


class SourceDenied(SourceTrouble):
    """A right is missing; the message carries the GRANT to run."""


class SourceUnreachable(SourceTrouble):
    """No connection; it is tried again."""


class SourceUnreadable(SourceTrouble):
    """The source answers, but not in a form that can be read (a log that is neither jsonlog nor csvlog)."""


class StoreTrouble(LineagebotError):
    """Our own Postgres."""


class StoreUnreachable(StoreTrouble):
    """The store does not answer; it is tried again."""


class StoreDeposed(StoreTrouble):
    """Another replica leads now; nothing was written."""


class EmbeddedServerFailed(StoreTrouble):
    """The embedded Postgres did not start; the message carries its own last words and the remedy."""


class SlackTrouble(LineagebotError):
    """Slack did not take it; try again after `retry_after` seconds (None: our own back-off).

    `maybe_sent` is True where the request went out and no answer came: reconcile before any second post.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, maybe_sent: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.maybe_sent = maybe_sent


class SlackRefused(SlackTrouble):
    """Slack will never take it as it is: channel gone, token revoked, scope missing."""


class CannotSay(LineagebotError):
    """The question cannot be answered here and now. Not the same as no."""
