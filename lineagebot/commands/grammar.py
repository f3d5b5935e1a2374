"""One grammar for Slack, DM and terminal: words, "quoted words", mentions, --options; Slack's entities are decoded.

    owner "Exec revenue" <@U123|ana>      lineage marts.revenue --downstream --page 2      owner marts.revenue #finance

Inside quotes a doubled quote is one. A word may be quoted in part: marts."Order Lines".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lineagebot.errors import BadRequest
from lineagebot.model import Owner, OwnerKind

#: Phones and word processors put these where people type quotes and dashes.
_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u00a0": " ", "—": "--", "–": "-"})
_ENTITY = re.compile(
    r"<@(?P<user>[UW][A-Z0-9]+)(?:\|(?P<user_name>[^<>]*))?>"
    r"|<#(?P<channel>[CG][A-Z0-9]+)(?:\|(?P<channel_name>[^<>]*))?>"
    r"|<!subteam\^(?P<group>S[A-Z0-9]+)(?:\|(?P<group_name>[^<>]*))?>"
)
_LINK = re.compile(r"<(?:https?://|mailto:)[^<|>]*\|([^<>]*)>|<(https?://[^<|>]*|mailto:[^<|>]*)>")
_PART = re.compile(
    rf"(?P<entity>{re.sub(r'[?]P<[a-z_]+>', '?:', _ENTITY.pattern)})"
    r'|(?P<word>(?:"(?:[^"]|"")*"|[^\s"])+)'
)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_BARE = re.compile(r"[\w.@#<>|^:/+-]+")
_AMPERSANDS = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says, taken apart."""

    words: tuple[str, ...] = ()
    #: People, channels and groups that it names.
    mentions: tuple[Owner, ...] = ()
    #: "--page 2" → {"page": "2"}; "--upstream" → {"upstream": ""}.
    options: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """All words as one name: people write names with blanks and forget the quotes."""
        return " ".join(self.words)

    def option(self, name: str) -> str | None:
        return (self.options or {}).get(name)

    def has(self, name: str) -> bool:
        return name in (self.options or {})

    def number(self, name: str, default: int) -> int:
        """The option as a whole number of 1 or more. Raises BadRequest."""
        said = self.option(name)
        if said is None:
            return default
        if not said.isdecimal() or not 1 <= int(said) <= 100_000:
            raise BadRequest(f"--{name} wants a number, such as --{name} 2.")
        return int(said)


#: Options that take no value.
_SWITCHES = frozenset({"upstream", "downstream", "all", "here", "set", "me", "weekends", "always"})


def first_word(line: str) -> tuple[str, str]:
    """The first word in lower case, and the rest as it was typed."""
    word, *rest = line.strip().split(maxsplit=1) or [""]
    return word.lower(), rest[0] if rest else ""


def read(text: str) -> Said:
    """Take a line apart. Raises BadRequest on a quote that is never closed."""
    text = _LINK.sub(lambda m: m[1] or m[2].removeprefix("mailto:"), text.translate(_TYPOGRAPHY))
    if len(re.findall('"', text)) % 2:
        raise BadRequest('There is a quote (") that is never closed.')
    words: list[str] = []
    mentions: list[Owner] = []
    options: dict[str, str] = {}
    waiting: str | None = None
    for part in _PART.finditer(text):
        if part["entity"]:
            mentions.append(_mentioned(part["entity"]))
            continue
        word = _QUOTED.sub(lambda m: m[1].replace('""', '"'), unescape(part["word"]))
        quoted = part["word"].startswith('"')
        if waiting is not None and not word.startswith("--"):
            options[waiting], waiting = word, None
        elif word.startswith("--") and len(word) > 2 and not quoted:
            name, equals, value = word[2:].lower().partition("=")
            options[name] = value
            waiting = None if equals or name in _SWITCHES else name
        elif (owner := _typed_mention(word)) is not None and not quoted:
            mentions.append(owner)
        elif word:
            # A question of a form that was left empty is no word.
            words.append(word)
    return Said(tuple(words), tuple(mentions), options)


def unescape(text: str) -> str:
    """&lt; &gt; &amp; as people typed them."""
    for entity, character in _AMPERSANDS:
        text = text.replace(entity, character)
    return text


def quoted(words: str) -> str:
    """The words as one argument of a command line: bare where that is plain, else in quotes, quotes doubled."""
    if words and _BARE.fullmatch(words) and not words.startswith(("@", "#", "--")):
        return words
    return '"' + words.replace('"', '""') + '"'


def _mentioned(entity: str) -> Owner:
    match = _ENTITY.fullmatch(entity)
    if match is None:
        raise BadRequest(f"I cannot read {entity}.")
    if match["user"]:
        return Owner(OwnerKind.PERSON, match["user"], match["user_name"] or match["user"])
    if match["channel"]:
        name = match["channel_name"] or match["channel"]
        return Owner(OwnerKind.CHANNEL, match["channel"], name if name.startswith("#") else f"#{name}")
    name = (match["group_name"] or match["group"]).lstrip("@")
    return Owner(OwnerKind.GROUP, match["group"], f"@{name}")


def _typed_mention(word: str) -> Owner | None:
    """@ana, #finance and ana@acme.example as a terminal types them."""
    if word.startswith("#") and len(word) > 1:
        return Owner(OwnerKind.CHANNEL, word, word)
    if word.startswith("@") and len(word) > 1:
        return Owner(OwnerKind.PERSON, word[1:], word[1:])
    if _EMAIL.fullmatch(word):
        return Owner(OwnerKind.PERSON, word.lower(), word)
    return None
