"""Names as they are written: fold them, take them apart, and find which ones a text touches without parsing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from string import ascii_lowercase, ascii_uppercase

from lineagebot.model import Session
from lineagebot.sql.dialects import Dialect, Fold, dialect_of
from lineagebot.sql.families import families
from lineagebot.sql.tokens import Kind, Token, inside, tokenize, words

#: A name of a table may follow these words.
_INTRODUCE = words(
    "FROM JOIN INTO UPDATE TABLE VIEW USING REFERENCES TRUNCATE ONLY EXISTS COPY LIKE OF OVERWRITE MERGE LATERAL"
    " CALL TASK REFRESH INHERITS SCHEMA CLONE WITH SWAP ON TO SEQUENCE DELETE CONCURRENTLY DESCRIBE DESC"
)
#: ... and these may stand between them and the name.
_BETWEEN = words("ONLY IF NOT EXISTS TABLE INTO LATERAL TEMP TEMPORARY UNLOGGED FROM VIEW CONCURRENTLY WITH")
#: A list of names, parted by commas, ends here.
_END_OF_LIST = words(
    "SELECT WHERE GROUP ORDER HAVING SET ON VALUES LIMIT UNION EXCEPT INTERSECT WINDOW QUALIFY RETURNING WHEN"
)
_KEYWORDS = _INTRODUCE | _BETWEEN | _END_OF_LIST | words("AS BY AND OR CASE NULL LEFT RIGHT INNER CROSS FULL")
_TELLING = _INTRODUCE | _END_OF_LIST | words("( ) , ;")
_NEVER_LISTS = frozenset({"ON", "LIKE", "EXISTS", "TO", "WITH"})


def fold(name: str, dialect: str) -> str:
    """An unquoted table name as that dialect compares it ("Orders" in Postgres → "orders")."""
    return folded(name, dialect_of(dialect), quoted=False)


def folded(name: str, dialect: Dialect, *, quoted: bool) -> str:
    """A table's or schema's name as the dialect compares it."""
    if not (quoted and dialect.quotes_keep):
        name = _cased(name, dialect.tables)
    return _cut(name, dialect.longest_name)


def folded_column(name: str, dialect: Dialect, *, quoted: bool) -> str:
    """A column's name as the dialect compares it."""
    if not (quoted and dialect.quotes_keep):
        name = _cased(name, dialect.columns)
    return _cut(name, dialect.longest_name)


class Folding(dict[str, str]):
    """Names as they are written → as the dialect compares them. Logs repeat them: each is folded once."""

    def __init__(self, dialect: Dialect, fold: Callable[..., str], *, quoted: bool, small: bool = False) -> None:
        super().__init__()
        self._dialect = dialect
        self._fold = fold
        self._quoted = quoted
        self._small = small

    def __missing__(self, written: str) -> str:
        if len(self) > _FOLDS_KEPT:
            self.clear()
        name = self._fold(written, self._dialect, quoted=self._quoted)
        self[written] = name = name.lower() if self._small else name
        return name


class Folds:
    """What is remembered of one dialect: of columns, of tables, and of what sources are called inside a statement."""

    __slots__ = ("aliases", "columns", "names", "quoted_aliases", "quoted_columns", "quoted_names")

    def __init__(self, dialect: Dialect) -> None:
        small = dialect.tables is Fold.KEEP  # the case of an alias never matters, not even where that of tables does
        self.columns = Folding(dialect, folded_column, quoted=False)
        self.quoted_columns = Folding(dialect, folded_column, quoted=True)
        self.names = Folding(dialect, folded, quoted=False)
        self.quoted_names = Folding(dialect, folded, quoted=True)
        self.aliases = Folding(dialect, folded, quoted=False, small=small)
        self.quoted_aliases = Folding(dialect, folded, quoted=True, small=small)


_FOLDS: dict[str, Folds] = {}
#: So many names are kept of each; then they are forgotten all at once.
_FOLDS_KEPT = 50_000


def folds(dialect: Dialect) -> Folds:
    found = _FOLDS.get(dialect.name)
    if found is None:
        found = _FOLDS[dialect.name] = Folds(dialect)
    return found


def _cased(name: str, how: Fold) -> str:
    if how is Fold.LOWER or (how is Fold.LOWER_ASCII and name.isascii()):
        return name.lower()
    if how is Fold.LOWER_ASCII:
        return name.translate(_SMALL)
    return name.upper() if how is Fold.UPPER else name


_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def _cut(name: str, longest: int | None) -> str:
    if longest is None or len(name) * 4 <= longest or len(name.encode("utf-8", "surrogatepass")) <= longest:
        return name
    return name.encode("utf-8", "surrogatepass")[:longest].decode("utf-8", "ignore")


def split_name(text: str, dialect: str) -> tuple[str, ...] | None:
    """The folded parts of a name as a person types it (marts.revenue, "Marts"."Revenue"); None where it is no name."""
    known = dialect_of(dialect)
    tokens = [token for token in tokenize(text.strip().rstrip(";"), known.lexis) if token.kind is not Kind.COMMENT]
    parts, end = chain(tokens, 0, known)
    return parts if parts and end == len(tokens) else None


def chain(tokens: Sequence[Token], at: int, dialect: Dialect) -> tuple[tuple[str, ...], int]:
    """The dotted name that begins at that token, folded, and where it ends; () where none begins there."""
    parts: list[str] = []
    if dialect.name == "bigquery":
        project, behind = _project(tokens, at)
        if project:
            parts, at = [project], behind
    while at < len(tokens) and tokens[at].kind in (Kind.WORD, Kind.QUOTED):
        parts.extend(_parts(tokens[at], dialect))
        at += 1
        if at + 1 >= len(tokens) or tokens[at].text != ".":
            break
        if tokens[at + 1].text == "." and dialect.default_schema and at + 2 < len(tokens):  # database..table
            parts.append(dialect.default_schema)
            at += 1
        if tokens[at + 1].kind not in (Kind.WORD, Kind.QUOTED):
            break
        at += 1
    return tuple(parts), at


def _project(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """my-project-1 before a dot: a project's name with dashes needs no quotes; "" where none stands here."""
    end = at
    while end + 2 < len(tokens) and tokens[end + 1].text == "-" and tokens[end].end == tokens[end + 1].start:
        end += 2
    if end == at or tokens[at].kind is not Kind.WORD:
        return "", at
    written = "".join(token.text for token in tokens[at : end + 1])
    if written.endswith("."):  # the number at its end has taken the dot
        return written[:-1], end + 1
    return (written, end + 2) if end + 1 < len(tokens) and tokens[end + 1].text == "." else ("", at)


def _parts(token: Token, dialect: Dialect) -> tuple[str, ...]:
    if token.kind is Kind.WORD:
        return (folded(token.text, dialect, quoted=False),)
    bare = unquoted(token.text)
    if dialect.name == "bigquery":  # `project.dataset.table` is three names in one pair of quotes
        return tuple(bare.split("."))
    return (folded(bare, dialect, quoted=True),)


def unquoted(text: str) -> str:
    """A quoted name without its quotes; doubled quotes inside count once."""
    if text[:2].upper() == "U&":
        text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text[2:])
    close = {"[": "]"}.get(text[:1], text[:1])
    inner = text[1:-1] if len(text) > 1 and text.endswith(close) else text[1:]
    return inner.replace(close * 2, close)


_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{4})|\+(0[0-9a-fA-F]{5}|10[0-9a-fA-F]{4}))")


def names(text: str, dialect: str, session: Session) -> frozenset[tuple[str, ...]]:
    """Folded name parts that the text may touch: rather too many than too few (aliases of WITH are among them).

    Works on any text. The parts are as written: `Catalog.find` resolves them in the session.
    """
    known = dialect_of(dialect)
    tokens = _bare_tokens(text, known)
    temporaries = {temporary.name for temporary in session.temporaries}
    touched = set(_touched(tokens, known))
    if runs_text(text):
        touched.update(_in_texts(tokens, known))
        for _, prepared in session.prepared:
            touched.update(_touched(_bare_tokens(prepared, known), known))
    found = {parts for parts in touched if not (len(parts) == 1 and parts[0] in temporaries)}
    if known.name == "bigquery":
        found.update([(*parts[:-1], name) for parts in found for name in _folds_to(parts[-1])])
    return frozenset(found)


#: A text with one of these words may run, prepare or keep code that stands in a string.
_RUNS_TEXT = {
    word: re.compile(rf"{word}\b(?<=\b{word})")
    for word in ("do", "exec", "execute", "prepare", "procedure", "function", "task", "unload")
}
#: Texts inside texts.
_MOST_LEVELS = 3


def runs_text(text: str) -> bool:
    """Whether a literal of the text may be code: then the names that it touches are not those of its fingerprint."""
    small = text.lower()
    return any(word in small and whole.search(small) is not None for word, whole in _RUNS_TEXT.items())


def _bare_tokens(text: str, dialect: Dialect) -> list[Token]:
    return [token for token in tokenize(text, dialect.lexis) if token.kind is not Kind.COMMENT]


def _in_texts(tokens: Sequence[Token], dialect: Dialect, level: int = 1) -> Iterator[tuple[str, ...]]:
    """Names in the strings that are code: a single word is none."""
    for token in tokens:
        if token.kind is Kind.STRING and " " in token.text.strip():
            inner = _bare_tokens(inside(token.text), dialect)
            yield from _touched(inner, dialect)
            if level < _MOST_LEVELS:
                yield from _in_texts(inner, dialect, level + 1)


def _folds_to(name: str) -> tuple[str, ...]:
    """What t$20240101 is a partition of, and events_20240101 a shard."""
    return (name.partition("$")[0],) if "$" in name else families(name)


def _touched(tokens: Sequence[Token], dialect: Dialect) -> Iterator[tuple[str, ...]]:
    said = [token.text.upper() for token in tokens]  # of these no literal and no name in quotes is any below
    telling = [at for at, word in enumerate(said) if word in _TELLING]
    telling.append(len(said))
    turn = 0
    lists = [False]  # per open bracket: are we in a list of tables?
    expected = False
    at = telling[0]
    while at < len(said):
        if not expected:  # nothing changes before the next telling word
            while telling[turn] < at:
                turn += 1
            at = telling[turn]
            if at == len(said):
                return
        word = said[at]
        if word == "(":
            lists.append(lists[-1] and expected)
            at += 1
            continue
        if word == ")":
            if len(lists) > 1:
                lists.pop()
            expected = False
        elif word == ",":
            expected = lists[-1]
        elif word == ";":
            lists, expected = [False], False
        elif word in _INTRODUCE:
            expected = True
            lists[-1] = word not in _NEVER_LISTS or lists[-1]
        elif word in _END_OF_LIST:
            lists[-1], expected = False, False
        elif expected and tokens[at].kind in (Kind.WORD, Kind.QUOTED) and word not in _KEYWORDS:
            parts, at = chain(tokens, at, dialect)
            expected = False
            yield parts
            continue
        elif word not in _BETWEEN:
            expected = False
        at += 1
