"""Which asset does the asker mean: one asset, or a reply that lets them choose.

An ambiguous name answers with a button for each reading, whose command carries the full name; an unknown one with the
nearest names. Nobody is ever asked to type it again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from lineagebot.commands.grammar import quoted
from lineagebot.errors import BadRequest
from lineagebot.graph.reader import GraphReader
from lineagebot.graph.resolve import resolve
from lineagebot.model import Ambiguous, Asset, AssetKey, AssetKind, Found, Unknown
from lineagebot.policy.say import name_of
from lineagebot.reply import Block, Choice, Choices, Items, Mono, Paragraph, Reply

#: A name longer than this is something else that was pasted.
LONGEST_NAME = 400

#: Makes the command line that a button runs for one candidate's full name.
Line = Callable[[str], str]


def find(reader: GraphReader, words: str, line: Line, *, kinds: Collection[AssetKind] | None = None) -> Asset | Reply:
    """The asset, or the reply to give instead. Raises BadRequest on words that can be no name."""
    if not words.strip():
        raise BadRequest("Which one? Give me a name, such as marts.revenue.")
    if len(words) > LONGEST_NAME:
        raise BadRequest(f"That is too long for a name ({len(words):,} characters). For SQL, say: check <sql>.")
    match resolve(reader, words, kinds=kinds):
        case Found(asset):
            return asset
        case Ambiguous(said, candidates, more):
            return which(said, candidates, line, more=more)
        case Unknown(said, nearest):
            return unknown(said, nearest, line)


def full_name(asset: Asset, among: Collection[Asset] = ()) -> str:
    """What a button types, so that nothing is left to guess: the whole path, with its system where two share it."""
    name = str(asset.key)
    shared = sum(str(other.key).lower() == name.lower() for other in among) > 1
    return f"{asset.key.system}:{name}" if shared else name


def which(said: str, candidates: Collection[Asset], line: Line, *, more: bool) -> Reply:
    """Several things are called that."""
    text = f"“{said}” could be {'one of many' if more else len(candidates)} things. Which one?"
    items = tuple((name_of(a), f" {a.kind}", _where(a), " (gone)" if a.gone_at else "") for a in candidates)
    return Reply(text, (Paragraph((text,)), Items(items), _buttons(candidates, line)))


def unknown(said: str, nearest: Collection[Asset], line: Line) -> Reply:
    """Nothing is called that, as far as the graph knows."""
    if not nearest:
        text = f"I know nothing named “{said}”. I know what my sources and their logs have shown me: see status."
        return Reply(text, (Paragraph((text,)), Choices((Choice("Status", "status"), Choice("Help", "help")))))
    text = f"I know nothing named “{said}”. Did you mean one of these?"
    return Reply(text, (Paragraph((text,)), _buttons(nearest, line)))


def _where(asset: Asset) -> str:
    """The system and what the title leaves out."""
    outer = asset.key.path[: -len(asset.title.split("."))] if not asset.kind.is_read_by_people else asset.key.path[:-1]
    return f" in {' / '.join((asset.key.system, *outer))}"


def _buttons(assets: Collection[Asset], line: Line) -> Choices:
    return Choices(tuple(Choice(asset.title, line(quoted(full_name(asset, assets)))) for asset in assets))


def column_of(asked: str) -> tuple[str, str]:
    """("marts.revenue", "amount") out of "marts.revenue.amount" or "marts.revenue amount". Raises BadRequest."""
    table, blank, column = asked.strip().rpartition(" ")
    if not blank:
        table, _, column = asked.strip().rpartition(".")
    if not table or not column:
        raise BadRequest("Name the table and the column, such as: column marts.revenue.amount")
    return table.strip(), column.strip()


def unknown_column(asset: Asset, column: str, nearest: Collection[str]) -> Reply:
    """The table stands, the column does not."""
    text = f"{asset.title} has no column “{column}” that I know of."
    blocks: list[Block] = [Paragraph((Mono(asset.title), f" has no column “{column}” that I know of."))]
    if nearest:
        blocks.append(Choices(tuple(Choice(name, f"column {quoted(f'{asset.key}.{name}')}") for name in nearest)))
    return Reply(text, tuple(blocks))


def key_line(word: str, key: AssetKey, *options: str) -> str:
    """A command line on this very asset: "lineage shop.marts.revenue --downstream"."""
    return " ".join((word, quoted(str(key)), *options))
