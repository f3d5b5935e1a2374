"""SQL as people paste it into a chat, made SQL again: what was taken off is said in `notes`."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`notes` are sentences for the person who pasted it; nothing to say about code fences and white space."""

    sql: str
    notes: tuple[str, ...] = ()


def clean(text: str) -> Cleaned:
    """Takes off code fences, chat around the statement, Slack's links and curly quotes. Never raises."""
    notes: list[str] = []
    for step in _STEPS:
        text, note = step(text)
        if note is not None:
            notes.append(note)
    return Cleaned(text.strip(), tuple(notes))


_Stepped = tuple[str, str | None]

_FENCE = re.compile(
    r"```[ \t]*(?:(?:sql|postgres|postgresql|pgsql|bigquery|snowflake|tsql)\b[ \t]*)?\n?(.*?)(?:```|\Z)", re.S | re.I
)
_TICKS = re.compile(r"^`([^`\n]+)`$")
_LINK = re.compile(r"<(?:(?:https?://|mailto:)[^<>|]*\|([^<>|]+)|(?:https?://|mailto:)([^<>|\s]+))>", re.I)
_SPACES = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2007": " ",
        "\u3000": " ",
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,
        "\ufeff": None,
        "\x00": None,
    }
)
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "′": "'", "″": '"'}
)
_DASHES = re.compile(r"(?<!\S)[—–](?=\s)|^[ \t]*—", re.M)
#: Each part ends where the next one begins, so that a thousand openings without an end are not a thousand searches.
_JINJA = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}", re.S)
#: A greeting is no longer than this.
_GREETING = 10_000
#: A statement may begin with these.
_VERBS = (
    "SELECT|WITH|INSERT|UPDATE|DELETE|MERGE|CREATE|DROP|ALTER|TRUNCATE|GRANT|REVOKE|COPY|REFRESH|CALL|DO|EXPLAIN|SET|BEGIN|"
    "COMMENT|VACUUM|ANALYZE|RENAME|REPLACE|USE|UNLOAD|VALUES|TABLE|EXECUTE|DECLARE|IF|COMMIT|ROLLBACK|SHOW|RESET|DISCARD"
)
_STARTS = re.compile(
    rf"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:\(\s*)*(?:{_VERBS}|FROM|EXPORT|UNDROP|OPTIMIZE|LOAD|START|LOCK|REASSIGN)\b",
    re.I | re.S,
)
#: A verb with the word that must follow it, so that "select few" in a greeting is not taken for SQL.
_LIKELY = re.compile(
    r"\b(?:DROP\s+(?:TABLE|VIEW|SCHEMA|MATERIALIZED|DATABASE|OWNED|FOREIGN|INDEX)|TRUNCATE\s+(?:TABLE\s+)?[\w\"`.]+\s*(?:;|$|,|\?|CASCADE)"
    r"|DELETE\s+FROM|INSERT\s+(?:INTO|OVERWRITE)|UPDATE\s+[\w\"`.]+\s+(?:AS\s+\w+\s+|\w+\s+)?SET|MERGE\s+INTO"
    r"|ALTER\s+(?:TABLE|VIEW|SCHEMA|MATERIALIZED|DATABASE)|CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\w*\s+|MATERIALIZED\s+|UNLOGGED\s+)*(?:TABLE|VIEW|SCHEMA)"
    r"|SELECT\b.{1,2000}?\bFROM\b|WITH\s+(?:RECURSIVE\s+)?\w+\s*(?:\([^()]{0,2000}\)\s*)?AS\s*\(|REFRESH\s+MATERIALIZED|GRANT\s+\w+|REVOKE\s+\w+|COPY\s+[\w\"(])",
    re.I | re.S,
)
_CHAT = re.compile(
    r"^(?:is|are|can|could|should|would|will|does|do|did|what|who|why|when|how|any|anyone|anybody|ok|okay|lgtm|thanks|thank|thx|pls|please|"
    r"safe|good|right|this|that|it|i|i'm|im|we|you|hey|hi|hello|cc|fyi|let|also|sorry|wdyt|thoughts|objections|@\S+|<@\S+|:\w+:)\b.*|^[^\w\s]*\?+$|.*\?\s*$",
    re.I,
)


def _without_fences(text: str) -> _Stepped:
    blocks = [block for block in _FENCE.findall(text) if block.strip()]
    if blocks:
        around = _FENCE.sub(" ", text).strip(" \n\t.,:;!?")
        said = f"I read only the code block, not the words around it ({_short(around)})." if len(around) > 1 else None
        return "\n;\n".join(block.strip().rstrip(";") for block in blocks) if len(blocks) > 1 else blocks[0], said
    ticked = _TICKS.match(text.strip())
    return (ticked.group(1) if ticked else text), None


def _without_links(text: str) -> _Stepped:
    found = _LINK.sub(lambda m: m.group(1) or m.group(2), text)
    return found, None


def _without_entities(text: str) -> _Stepped:
    return re.sub(r"&(?:lt|gt|amp|quot|nbsp|#39|#x27);", lambda m: html.unescape(m.group()), text), None


def _plain_spaces(text: str) -> _Stepped:
    return text.translate(_SPACES), None


def _straight_quotes(text: str) -> _Stepped:
    straight = _DASHES.sub("--", text.translate(_QUOTES))
    return straight, "I read curly quotes as straight ones." if straight != text else None


def _without_question(text: str) -> _Stepped:
    """DROP TABLE x is this ok?  A ? that stands for a parameter has a space or a sign before it."""
    body = text.rstrip()
    asked = _ASKED.search(body)
    if asked is not None and _STARTS.match(body[: asked.start()]) and not _LIKELY.search(asked.group()):
        return body[: asked.start()], f"I left out the words after the statement ({_short(asked.group())})."
    return (_MARK.sub("", body) if _MARK.search(body) else text), None


_ASKED = re.compile(
    r"(?<![ \t,])[ \t,]++(?:is (?:this|it|that)"
    r"|(?:would|will|does|can|should|could) (?:this|it|that|i|we|anyone|anybody)"
    r"|any objections|what (?:do|would|will)|who (?:reads|uses|would)|(?:ok|okay|safe|right))\b[^;'\"()\n]{0,300}\?+$",
    re.I,
)
_MARK = re.compile(r"(?<=[\w)\"'`])\?+$")


def _without_greeting(text: str) -> _Stepped:
    if _STARTS.match(text) and not text.lstrip().lower().startswith(("do you", "do we", "if i ", "if we ", "set up")):
        return text, None
    found = _LIKELY.search(text, 0, _GREETING)
    if found is None or found.start() == 0:
        return text, None
    before = text[: found.start()].strip().strip("`").strip()
    if not before or _in_sql(before):
        return text, None
    return text[found.start() :], f"I left out the words before the statement ({_short(before)})."


def _in_sql(before: str) -> bool:
    """The likely beginning stands inside a statement that begins earlier (EXPLAIN, a comment, a bracket)."""
    return before.count("(") > before.count(")") or "--" in before or "/*" in before


def _without_chat(text: str) -> _Stepped:
    """Words after the last semicolon, or on lines of their own at the end, that are no SQL."""
    body, kept = text.rstrip().rstrip("`"), []
    at = _last_semicolon(body)
    if at is not None:
        tail = body[at + 1 :].strip()
        if tail and not _STARTS.match(tail) and not tail.startswith(("--", "/*")):
            return body[: at + 1], f"I left out the words after the statement ({_short(tail)})."
        if not tail:
            return body, None
    lines = body.split("\n")
    while (
        len(lines) > 1
        and (not lines[-1].strip() or _CHAT.match(lines[-1].strip()))
        and not _STARTS_OF_LINE.match(lines[-1])
    ):
        kept.append(lines.pop().strip())
    said = " ".join(line for line in reversed(kept) if line)
    if said:
        return "\n".join(lines), f"I left out the words after the statement ({_short(said)})."
    return body, None


_STARTS_OF_LINE = re.compile(
    r"\s*(?:is\s+(?:not\s+)?null|can_|does_|--|\)|when\b|this\.|any\s*\(|do\s+(?:update|nothing)|it\.|right\s+(?:outer\s+)?join|i\.|we\.|that\.)",
    re.I,
)


def _last_semicolon(text: str) -> int | None:
    """The last semicolon outside of quotes."""
    found, quote = None, ""
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == ";":
            found = at
    return found


def _noting_jinja(text: str) -> _Stepped:
    templates = _JINJA.findall(text)
    if not templates:
        return text, None
    return text, (
        f"This is a template ({_short(templates[0])}), not yet SQL;"
        " paste the compiled statement (dbt compile) to be sure."
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= 60 else f"“{line[:57]}…”"


_STEPS: tuple[Callable[[str], _Stepped], ...] = (
    _without_links,
    _without_entities,
    _plain_spaces,
    _without_fences,
    _straight_quotes,
    _without_greeting,
    _without_chat,
    _without_question,
    _noting_jinja,
)
