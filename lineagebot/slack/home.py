"""The App Home: what lineagebot is, what this person's channel hears of, how fresh the sources are, and the words."""

from __future__ import annotations

from collections.abc import Callable

from lineagebot.reply import Block, Choice, Choices, Code, Divider, Heading, Note, Paragraph, Reply, Strong
from lineagebot.slack.blocks import BlockDict, draw_view
from lineagebot.slack.tokens import Tokens

ABOUT = (
    "I know who reads a table, what breaks if it changes, and who just dropped it. "
    "Ask me in a direct message, mention me in a channel, or type /lineage anywhere. "
    "I never say “safe” without grounds: every answer says how fresh and how complete it is."
)
EXAMPLES = "/lineage revenue\n/lineage who reads orders\n/lineage check DROP TABLE staging.orders"

#: Title of a part → the command line whose answer it shows.
PARTS = (
    ("What you hear, and when", "mine"),
    ("How fresh I am", "status"),
    ("What you can ask", "help"),
)
#: Characters of the whole view; Slack takes 250 KB of JSON.
ROOM = 30_000


def home_view(ask: Callable[[str], Reply], *, tokens: Tokens) -> BlockDict:
    """The view for one person; `ask` runs a command line as that person."""
    blocks: list[Block] = [
        Heading("lineagebot"),
        Paragraph((ABOUT,)),
        Code(EXAMPLES, language="text"),
        Choices((Choice("Sources", command="status"), Choice("Help", command="help"))),
    ]
    for title, line in PARTS:
        blocks += [Divider(), Paragraph((Strong(title),)), *_without_headings(ask(line))]
    blocks.append(Note(("Opened anew whenever you come back to this tab.",)))
    return {"type": "home", "blocks": draw_view(tuple(blocks), tokens=tokens, room=ROOM)}


def turned_away_view(sentence: str, *, tokens: Tokens) -> BlockDict:
    return {"type": "home", "blocks": draw_view((Paragraph((sentence,)),), tokens=tokens)}


def _without_headings(reply: Reply) -> tuple[Block, ...]:
    blocks = tuple(b for b in reply.blocks if not isinstance(b, Heading))
    return blocks or (Paragraph((reply.summary,)),)
