"""What was understood before: by exact text, else by fingerprint, each in the same surroundings.

A meaning depends on the dialect, on what the session looks names up in, and on the columns of the names that the text
touches; of each of those it is the version that counts, so that one ALTER forgets what touched that table and nothing
else. Where a literal decided something, only the very same text is the same statement. Who ran it counts where the text
could tell: where it changes its session, or names a user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from hashlib import blake2b
from itertools import count
from operator import attrgetter
from typing import Generic, TypeVar

from lineagebot.model import Relation, Session, Understanding
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.fingerprint import Fingerprint, fingerprint
from lineagebot.sql.names import names, runs_text
from lineagebot.sql.parse import tokens_of
from lineagebot.sql.quick import new_understanding
from lineagebot.sql.skeleton import holds, skeleton
from lineagebot.sql.temporaries import Temporaries
from lineagebot.sql.user_types import dropped_types

Understand = Callable[[str, str, Session, Catalog], Understanding]
Parts = tuple[str, ...]

#: Statements whose meaning is kept.
KEPT = 20_000
#: Texts whose fingerprint is kept: a digest each, not the text; and as many short ones, which cost less than theirs.
TEXTS_KEPT = 100_000
_SHORT = 200

#: With one of these in it, a text may mean something else to somebody else.
_TELLS_WHO = re.compile(r"user|owned|authorization|\brole\b|\breset\b|\bdiscard\b", re.IGNORECASE)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `size` pairs, those asked for last among them. Needs no lock: each step leaves it whole.

    Two halves: what is asked for moves to the young one, and where that is full the old one goes.
    """

    def __init__(self, size: int) -> None:
        self._half = max(1, size // 2)
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, key: K) -> V | None:
        found = self._young.get(key)
        if found is None:
            found = self._old.pop(key, None)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        if len(self._young) >= self._half and key not in self._young:
            self._old, self._young = self._young, {}
        self._young[key] = value


@dataclass(slots=True)
class _Ways:
    """What the meaning of a fingerprint's statements hangs on, as far as they have told."""

    by_text: bool
    by_login: bool


@dataclass(frozen=True, slots=True)
class _Known:
    meaning: Understanding
    #: It leaves any session as it was.
    leaves_session: bool


#: All that a session decides by, but for who it is and its temp tables, which have a mark of their own.
_AROUND = attrgetter(*(part.name for part in fields(Session) if part.name not in ("login", "temporaries")))


class Cache:
    """Bounded, and safe for several threads: two that miss at once both understand, and one answer is kept."""

    def __init__(self, size: int = KEPT, texts: int = TEXTS_KEPT) -> None:
        self._hashes: Kept[tuple[str, bytes], str] = Kept(texts)
        self._skeletons: Kept[tuple[str, bytes], str] = Kept(texts)
        self._short: Kept[tuple[str, str], Fingerprint] = Kept(texts)
        self._names: Kept[tuple[str, str], frozenset[Parts]] = Kept(size)
        self._types: Kept[tuple[str, str], frozenset[str]] = Kept(size)
        self._masked: Kept[tuple[str, str], str] = Kept(size)
        self._ways: Kept[tuple[str, str], _Ways] = Kept(size)
        self._known: Kept[Hashable, _Known] = Kept(size)
        self._versions = _Versions(size)
        self.hits = self.misses = 0

    def mark(self, text: str, dialect: str) -> Fingerprint:
        """The fingerprint of a text; pipelines run the very same text again and again."""
        if len(text) <= _SHORT:
            mark = self._short.get((dialect, text))
            if mark is None:
                mark = self._marked(text, dialect)
                self._short.put((dialect, text), mark)
            return mark
        key = (dialect, digest(text))
        known = self._hashes.get(key)
        if known is not None:
            return Fingerprint(known, text, dialect)
        mark = self._marked(text, dialect)
        self._hashes.put(key, mark.hash)
        return mark

    def _marked(self, text: str, dialect: str) -> Fingerprint:
        """By its skeleton, where another text of it came before."""
        known = dialect_of(dialect)
        bare = skeleton(text, known)
        if bare is None:
            return fingerprint(text, dialect)
        key = (dialect, digest(bare.text))
        found = self._skeletons.get(key)
        if found is not None:
            return Fingerprint(found, text, dialect)
        tokens = tokens_of(text, known.parser)
        mark = fingerprint(text, dialect, tokens)
        if tokens is not None and holds(bare, text, known, tokens):
            self._skeletons.put(key, mark.hash)
        return mark

    def masked(self, mark: Fingerprint) -> str:
        """The text to show for a fingerprint: that of the first of its statements."""
        return self._of_print(self._masked, mark, lambda: mark.masked)

    def names(self, mark: Fingerprint) -> frozenset[Parts]:
        """The names that a statement touches, temp tables among them."""
        found = self._of_print(self._names, mark, lambda: _BY_TEXT if runs_text(mark.text) else _names_in(mark))
        return _names_in(mark) if found is _BY_TEXT else found

    def types(self, mark: Fingerprint) -> frozenset[str]:
        """The names of the types that a statement may drop together with the columns that have them."""
        found = self._of_print(
            self._types, mark, lambda: _ANY_TYPE if runs_text(mark.text) else dropped_types(mark.text, mark.dialect)
        )
        return dropped_types(mark.text, mark.dialect) if found is _ANY_TYPE else found

    def understanding(
        self, mark: Fingerprint, session: Session, catalog: Catalog, understand: Understand
    ) -> Understanding:
        """What the text of `mark` means in that session; `catalog` holds what the names that it touches stand for."""
        found = self._find(mark, session, catalog)
        if found is not None:
            return found
        found = understand(mark.text, mark.dialect, session, catalog)
        self._keep(mark, session, catalog, found)
        return found

    def _of_print(self, kept: Kept[tuple[str, str], V], mark: Fingerprint, make: Callable[[], V]) -> V:
        key = (mark.dialect, mark.hash)
        known = kept.get(key)
        if known is None:
            known = make()
            kept.put(key, known)
        return known

    def _find(self, mark: Fingerprint, session: Session, catalog: Catalog) -> Understanding | None:
        ways = self._ways.get((mark.dialect, mark.hash))
        known = self._known.get(self._key(mark, session, catalog, ways)) if ways is not None else None
        if known is None:
            self.misses += 1
            return None
        self.hits += 1
        return _left(known.meaning, session) if known.leaves_session else known.meaning

    def _keep(self, mark: Fingerprint, session: Session, catalog: Catalog, found: Understanding) -> None:
        leaves = found.session_after == session
        ways = self._ways.get((mark.dialect, mark.hash))
        if ways is None:
            ways = _Ways(by_text=False, by_login=_TELLS_WHO.search(mark.text) is not None)
            self._ways.put((mark.dialect, mark.hash), ways)
        ways.by_text = ways.by_text or found.literals_matter
        ways.by_login = ways.by_login or not leaves
        self._known.put(self._key(mark, session, catalog, ways), _Known(found, leaves))

    def _key(self, mark: Fingerprint, session: Session, catalog: Catalog, ways: _Ways) -> Hashable:
        return (
            digest(mark.text) if ways.by_text else mark.hash,
            mark.dialect,
            (session.login,) if ways.by_login else None,
            _AROUND(session),
            Temporaries.of(session.temporaries).mark if session.temporaries else 0,
            self._versions.of(catalog.relations),
        )


#: Stands for the names of statements that run what a literal says: of one fingerprint each may touch others.
_BY_TEXT: frozenset[Parts] = frozenset({("",)})
_ANY_TYPE: frozenset[str] = frozenset({""})


def _names_in(mark: Fingerprint) -> frozenset[Parts]:
    return names(mark.text, mark.dialect, Session(""))


def _left(meaning: Understanding, session: Session) -> Understanding:
    """What it means to one whose session stays as it is."""
    if meaning.session_after is session:
        return meaning
    return new_understanding(
        effects=meaning.effects,
        reads=meaning.reads,
        edges=meaning.edges,
        outputs=meaning.outputs,
        problems=meaning.problems,
        literals_matter=meaning.literals_matter,
        session_after=session,
        statements=meaning.statements,
        understood=meaning.understood,
    )


class _Versions:
    """A number for each state of each relation: a new one where anything of it has changed."""

    def __init__(self, size: int) -> None:
        self._known: Kept[Relation, int] = Kept(size)
        #: The state seen last by each name: the very same object needs no comparing.
        self._last: Kept[object, tuple[Relation, int]] = Kept(size)
        self._numbers = count(1)
        #: The relations asked for last: many statements are read against the very same.
        self._asked: tuple[tuple[Relation, ...], tuple[int, ...]] = ((), ())

    def of(self, relations: tuple[Relation, ...]) -> tuple[int, ...]:
        asked, numbers = self._asked
        if asked is not relations:
            numbers = tuple([self._number(relation) for relation in relations])
            self._asked = (relations, numbers)
        return numbers

    def _number(self, relation: Relation) -> int:
        last = self._last.get(relation.key)
        if last is not None and last[0] is relation:
            return last[1]
        number = self._known.get(relation)
        if number is None:
            number = next(self._numbers)
            self._known.put(relation, number)
        self._last.put(relation.key, (relation, number))
        return number


def digest(text: str) -> bytes:
    """Stands for a text: 16 bytes, however long it is."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
