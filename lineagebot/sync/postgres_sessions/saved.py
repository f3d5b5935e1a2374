"""A session as JSON values and back: names, numbers and places in the log, never a statement's text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Place
from lineagebot.sync.postgres_sessions.talk import Kind, Path, Pending, Savepoint, Talk, Transaction
from lineagebot.sync.postgres_text import Control


def saved_talk(talk: Talk) -> dict[str, Any]:
    return {
        "path": talk.path,
        "local": talk.local,
        "line": talk.line,
        "controlled": talk.controlled,
        "tells_all": talk.tells_all,
        "open": [_saved_transaction(t) for t in talk.transactions],
    }


def restored_talk(session: str, state: Any) -> Talk:
    """Raises KeyError, TypeError or ValueError on what is no saved session."""
    return Talk(
        session,
        path=_names(state["path"]),
        local=None if state["local"] is None else (_names(state["local"][0]),),
        transactions=[_restored_transaction(session, t) for t in state["open"]],
        line=state["line"],
        controlled=state["controlled"],
        tells_all=state["tells_all"],
    )


def _saved_transaction(transaction: Transaction) -> dict[str, Any]:
    return {
        "vxid": transaction.vxid,
        "explicit": transaction.explicit,
        "savepoints": [(s.name, s.pendings, s.path) for s in transaction.savepoints],
        "ending": transaction.ending,
        "failed": transaction.failed,
        "path": transaction.path_before,
        "txid": transaction.txid,
        "hidden": transaction.hidden,
        "waiting": [_saved_pending(p) for p in transaction.pendings],
    }


def _restored_transaction(session: str, state: Any) -> Transaction:
    return Transaction(
        vxid=state["vxid"],
        explicit=state["explicit"],
        pendings=[_restored_pending(session, p) for p in state["waiting"]],
        savepoints=[Savepoint(name, at, _names(path)) for name, at, path in state["savepoints"]],
        ending=Control(state["ending"]) if state["ending"] else None,
        failed=state["failed"],
        path_before=_names(state["path"]),
        txid=state["txid"],
        hidden=state["hidden"],
    )


def _saved_pending(pending: Pending) -> dict[str, Any]:
    return {
        "at": [pending.place.file, pending.place.offset],
        "kind": pending.kind,
        "line": pending.line,
        "start": pending.started_at.isoformat(),
        "end": pending.ended_at.isoformat() if pending.ended_at else None,
        "vxid": pending.vxid,
        "path": pending.path,
        "span": pending.span,
        "number": pending.number,
        "finished": pending.finished,
        "outcome": pending.outcome,
        "error": pending.error,
        "parent": pending.parent,
        "audit": pending.audit,
    }


def _restored_pending(session: str, state: Any) -> Pending:
    return Pending(
        session=session,
        place=Place(*state["at"]),
        kind=Kind(state["kind"]),
        line=state["line"],
        started_at=datetime.fromisoformat(state["start"]),
        vxid=state["vxid"],
        path=_names(state["path"]),
        span=(state["span"][0], state["span"][1]) if state["span"] else None,
        number=state["number"],
        ended_at=datetime.fromisoformat(state["end"]) if state["end"] else None,
        finished=state["finished"],
        outcome=Outcome(state["outcome"]) if state["outcome"] else None,
        error=state["error"],
        parent=state["parent"],
        audit=state["audit"],
    )


def _names(value: Any) -> Path:
    return None if value is None else tuple(str(v) for v in value)
