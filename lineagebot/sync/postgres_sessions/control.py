"""BEGIN, COMMIT, ROLLBACK and savepoints, and what a session's search path is after them."""

from __future__ import annotations

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_sessions.talk import Savepoint, Talk, Transaction, fall_open, real, running
from lineagebot.sync.postgres_text import Control, Part, path_change
from lineagebot.sync.postgres_text import parts as parts_of

#: What a bare duration line says by its command tag, where the statement's own text was not logged.
TAGS = {
    "BEGIN": Control.BEGIN,
    "START TRANSACTION": Control.BEGIN,
    "COMMIT": Control.COMMIT,
    "ROLLBACK": Control.ROLLBACK,
    "SAVEPOINT": Control.SAVEPOINT,
    "RELEASE": Control.RELEASE,
}
#: Those that end a transaction, one way or another.
ENDS = (Control.COMMIT, Control.ROLLBACK, Control.PREPARE)


def control(talk: Talk, record: Record, verb: Control, *, name: str | None = None, chain: bool = False) -> None:
    """Do what a statement said about the transaction around it."""
    current = talk.current
    if verb is Control.BEGIN:
        running(talk, record).explicit = True
        return
    if current is None:
        return
    current.txid = record.txid or current.txid
    match verb:
        case Control.COMMIT | Control.ROLLBACK | Control.PREPARE:
            current.ending = verb
            if chain:
                talk.transactions.append(Transaction(None, explicit=True, path_before=talk.path))
        case Control.SAVEPOINT:
            current.savepoints.append(Savepoint(name or "", len(current.pendings), talk.path))
        case Control.ROLLBACK_TO:
            _rollback_to(talk, current, name or "")
        case Control.RELEASE:
            at = _savepoint(current, name or "")
            if at is not None:
                del current.savepoints[at:]


def move_path(talk: Talk, text: str, part: Part) -> None:
    """SET search_path and its kin."""
    change = path_change(text, part)
    if change is None:
        return
    if change.local:
        talk.local = (change.path,)
    else:
        talk.path, talk.local = change.path, None


def begun_unseen(talk: Talk, record: Record) -> None:
    """A session whose state says that it is in a transaction: a BEGIN stands before, seen or not."""
    state, current = record.ps or "", talk.current
    if state.startswith("idle in transaction") and current is None:
        # Its BEGIN was not logged, or lies before the earliest kept file.
        begun = Transaction(real(record.vxid), explicit=True, hidden=True, path_before=talk.path)
        begun.failed = "aborted" in state
        talk.transactions.append(begun)
    elif state == "idle in transaction" and current is not None:
        # Nothing but a BEGIN, seen or not, keeps a session in a transaction between two messages.
        current.hidden = current.hidden or not current.explicit
        current.explicit = True


def rolled_back_somewhere(talk: Talk) -> None:
    """ROLLBACK TO a savepoint whose text was not logged: which statements it undid cannot be told."""
    current = talk.current
    if current is None or not current.explicit:
        return
    current.failed = False
    if current.ending is None:
        fall_open(current, Outcome.UNKNOWN)


def gets_out(found: tuple[Part, ...]) -> bool:
    """Whether a message is obeyed in a failed transaction: all but these are refused, whole."""
    return bool(found) and found[0].control in (*ENDS, Control.ROLLBACK_TO)


def ends_transaction(text: str) -> bool:
    return any(part.control in ENDS for part in parts_of(text))


def begins_transaction(text: str) -> bool:
    return any(part.control is Control.BEGIN for part in parts_of(text))


def _rollback_to(talk: Talk, current: Transaction, name: str) -> None:
    at = _savepoint(current, name)
    if at is None:
        return
    savepoint = current.savepoints[at]
    talk.path = savepoint.path
    for pending in current.pendings[savepoint.pendings :]:
        pending.outcome = pending.outcome or Outcome.ROLLED_BACK
    del current.savepoints[at + 1 :]
    current.failed = False


def _savepoint(current: Transaction, name: str) -> int | None:
    named = [i for i, savepoint in enumerate(current.savepoints) if savepoint.name == name]
    return named[-1] if named else None
