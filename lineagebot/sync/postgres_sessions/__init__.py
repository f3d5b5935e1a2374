"""Fold log records into statements whose outcome is known: a logged statement is not yet an executed one.

Signs that a statement outside a transaction is done: its duration line, the session's move to another transaction
(`vxid`, or a state of "idle"), its disconnection; an ERROR says the opposite. Inside a transaction the COMMIT decides,
and the statements of one transaction are handed over together. What has no sign yet waits, and is in the saved state
by its place in the log only: no statement text is ever written there.

Pure: no files, no clock. Records of one file must come in their order; those of a session always do.
"""

from lineagebot.sync.postgres_sessions.book import Settled, Tally
from lineagebot.sync.postgres_sessions.fold import Sessions, Standing, Waiting

__all__ = ["Sessions", "Settled", "Standing", "Tally", "Waiting"]
