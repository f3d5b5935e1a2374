"""Read from tokens what the parser does not know or reads differently from one dialect to the next.

DROP, ALTER, TRUNCATE, SET and their kin have plain grammars; read here, they are read alike in every dialect, and the
verb and its victims are known even where the end of the statement is not. A reader that meets something it does not
know gives up (None), and the parser has its turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from lineagebot.sql.by_hand.alter import alter
from lineagebot.sql.by_hand.around import declare, explain, load, unload
from lineagebot.sql.by_hand.code import call, deallocate, do, execute, prepare, unread
from lineagebot.sql.by_hand.create import create, is_plain
from lineagebot.sql.by_hand.drop import drop, truncate
from lineagebot.sql.by_hand.grant import grant
from lineagebot.sql.by_hand.procedures import call_known, execute_known
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
)
from lineagebot.sql.by_hand.rename import exchange, rename, undrop
from lineagebot.sql.by_hand.setting import discard, reset, set_, use
from lineagebot.sql.by_hand.transaction import begin, ends, rollback, savepoint
from lineagebot.sql.by_hand.upkeep import (
    attach,
    copy_whole,
    export_whole,
    flashback,
    optimize,
    purge,
    refresh,
    remove,
    reorganize,
    restore,
    vacuum,
)
from lineagebot.sql.by_hand.verbs import bulk, export, import_, replace_into, upsert
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.tokens import words


def read_by_hand(context: Context, inner: Inner) -> Meaning | None:
    """What the statement means, where it is one of READERS; None where the parser is to read it."""
    first = _first_word(context.text)
    if first not in READERS or (first == "CREATE" and is_plain(context.text)):
        return None
    read = READERS[first]
    reader = Reader(context)
    reader.at = 1 if reader.tokens and reader.tokens[0].upper == first else 0
    meaning = read(reader, inner) if reader.at else None
    if meaning is not None and reader.named_by_literal:
        return replace(meaning, literals_matter=True)
    return meaning


def _first_word(text: str) -> str:
    found = _WORD.match(text)
    return found.group().upper() if found is not None else ""


_WORD = re.compile(r"[A-Za-z_]+")


def _call(reader: Reader, inner: Inner) -> Meaning | None:
    return call_known(reader, inner) or call(reader, inner)


def _execute(reader: Reader, inner: Inner) -> Meaning | None:
    return execute_known(reader, inner) or execute(reader, inner)


def _export(reader: Reader, inner: Inner) -> Meaning | None:
    return export_whole(reader, inner) or export(reader, inner)


def _nothing(reader: Reader, inner: Inner) -> Meaning | None:
    return NOTHING


def _import(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.word != "FOREIGN":
        return import_(reader, inner)
    return unread("IMPORT FOREIGN SCHEMA makes tables that the text does not name.")


#: The harmless kinds: no asset that we track feels these statements. A statement with no effect and no problem is one
#: of these, or a query, or names one of the harmless kinds of kinds.py.
HARMLESS = words(
    "ANALYZE ANALYSE RELEASE FETCH MOVE CLOSE LISTEN NOTIFY UNLISTEN CLUSTER REINDEX REASSIGN"
    " LOCK UNLOCK CHECKPOINT FORCE SECURITY SHOW COMMENT UNSET DESC DESCRIBE KILL PRINT RAISE MSCK LIST LS"
    " PUT GET OPEN HELP FLUSH CHECK SUMMARIZE INSTALL ASSERT CANCEL CLEAR ADD GENERATE SIGNAL RESIGNAL"
    " FSCK REPAIR SUSPEND AUDIT NOAUDIT SYSTEM DBCC BACKUP"
)

READERS: dict[str, Callable[[Reader, Inner], Meaning | None]] = {
    "DROP": drop,
    "TRUNCATE": truncate,
    "ALTER": alter,
    "CREATE": create,
    "REFRESH": refresh,
    "GRANT": grant,
    "REVOKE": grant,
    "DENY": grant,
    "SET": set_,
    "RESET": reset,
    "DISCARD": discard,
    "USE": use,
    "EXPLAIN": explain,
    "DECLARE": declare,
    "PREPARE": prepare,
    "EXECUTE": _execute,
    "EXEC": _execute,
    "CALL": _call,
    "DO": do,
    "UNLOAD": unload,
    "LOAD": load,
    "COMMIT": ends,
    "END": ends,
    "ROLLBACK": rollback,
    "ABORT": rollback,
    "SAVEPOINT": savepoint,
    "SAVE": savepoint,
    "DEALLOCATE": deallocate,
    "BEGIN": begin,
    "START": begin,
    "BT": begin,
    "ET": ends,
    "RENAME": rename,
    "EXCHANGE": exchange,
    "UNDROP": undrop,
    "RESTORE": restore,
    "FLASHBACK": flashback,
    "PURGE": purge,
    "VACUUM": vacuum,
    "OPTIMIZE": optimize,
    "REORG": reorganize,
    "REMOVE": remove,
    "RM": remove,
    "ATTACH": attach,
    "DETACH": attach,
    "COPY": copy_whole,
    "IMPORT": _import,
    "EXPORT": _export,
    "BULK": bulk,
    "REPLACE": replace_into,
    "UPSERT": upsert,
    **dict.fromkeys(HARMLESS, _nothing),
}
