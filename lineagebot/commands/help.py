"""`help [word]`: every command in one line, or one command in full."""

from __future__ import annotations

from collections.abc import Sequence

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.services import Services
from lineagebot.reply import Block, Choice, Choices, Heading, Items, Mono, Note, Paragraph, Reply


def answer(asked: Asked, services: Services) -> Reply:
    from lineagebot.commands.table import COMMANDS, command_of

    word = asked.said.name.lower().removeprefix("/lineage").strip()
    if not word:
        return everything(COMMANDS)
    command = command_of(word.split()[0])
    return in_full(command) if command is not None else everything(COMMANDS)


def everything(commands: Sequence[Command]) -> Reply:
    text = "Ask me about any table or dashboard: its name is enough. SQL alone tells you what it would break."
    items = tuple((Mono(command.usage), f"  {command.help}") for command in commands)
    tries = Choices((Choice("Status", "status"), Choice("Subscriptions", "subscriptions"), Choice("Alerts", "alerts")))
    note = Note(("The same words work after /lineage, in a message to me, and as lineagebot ask in a terminal.",))
    return Reply(text, (Heading("What I can do"), Paragraph((text,)), Items(items), note, tries))


def in_full(command: Command) -> Reply:
    blocks: list[Block] = [Heading(command.word), Paragraph((Mono(command.usage), f": {command.help}"))]
    blocks += [Paragraph((line,)) for line in command.more]
    if command.aliases:
        blocks.append(Paragraph((f"Also: {', '.join(command.aliases)}",)))
    if command.examples:
        blocks.append(Items(tuple((Mono(example),) for example in command.examples), title="For example"))
    return Reply(f"{command.usage}: {command.help}", tuple(blocks))


COMMAND = Command(
    word="help",
    aliases=("?", "hello", "hi"),
    answer=answer,
    usage="help [word]",
    help="this list, or more about one word",
)
