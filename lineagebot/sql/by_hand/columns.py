"""Columns as a CREATE or an ALTER writes them: a name and a type."""

from __future__ import annotations

from lineagebot.model import (
    Column,
    ColumnChange,
)
from lineagebot.sql.by_hand.reader import (
    Reader,
)
from lineagebot.sql.tokens import words

NO_COLUMNS = words(
    "CONSTRAINT PRIMARY FOREIGN UNIQUE CHECK EXCLUDE INDEX KEY FULLTEXT SPATIAL CLUSTERING ROW TAG POLICY MASKING"
    " SEARCH PROJECTION IDENTITY STATISTICS"
)


def defined(clause: Reader) -> ColumnChange:
    """name type: the new column of an ADD, a MODIFY or a CREATE."""
    name = clause.column()
    return ColumnChange(name, new_type=type_(clause))


_AFTER_TYPE = words(
    "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES COLLATE GENERATED CONSTRAINT USING COMMENT ENCODE FIRST AFTER AS"
    " IDENTITY STORAGE COMPRESSION MASKING TAG OPTIONS AUTO_INCREMENT AUTOINCREMENT CASCADE RESTRICT"
)


def type_(clause: Reader) -> str | None:
    begin, depth = clause.at, 0
    while not clause.done and (depth or (clause.word not in _AFTER_TYPE and clause.word != ",")):
        depth += (clause.word in ("(", "<")) - (clause.word in (")", ">"))
        clause.at += 1
    if clause.at == begin:
        return None
    first, last = clause.tokens[begin], clause.tokens[clause.at - 1]
    return " ".join(clause.context.text[first.start : last.end].lower().split())


def column_list(reader: Reader) -> tuple[Column, ...]:
    if reader.word != "(":
        return ()
    found = []
    for clause in reader.inside().clauses():
        if clause.word in NO_COLUMNS:
            continue
        change = defined(clause)
        if change.name:
            found.append(Column(change.name, change.new_type))
    return tuple(found)
