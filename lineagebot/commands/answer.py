"""The front door: a request in, a reply out, whatever happens.

What the asker can put right is said politely; what only we can is logged with an id, and the id is said. A traceback
is never shown.
"""

from __future__ import annotations

import secrets

import structlog

from lineagebot.commands.asked import Asked
from lineagebot.commands.grammar import Said, first_word, quoted, read
from lineagebot.commands.help import everything
from lineagebot.commands.request import Request
from lineagebot.commands.services import Services
from lineagebot.commands.smart import Meant, looks_like_sql, meant, phrase
from lineagebot.commands.table import COMMANDS, command_of
from lineagebot.errors import BadRequest, LineagebotError, StoreUnreachable
from lineagebot.graph.resolve import resolve
from lineagebot.model import Unknown
from lineagebot.reply import Choice, Choices, Paragraph, Reply

log = structlog.get_logger(__name__)

#: People type it in a DM too.
_PREFIX = "/lineage"


def answer(request: Request, services: Services) -> Reply:
    """The reply to any line. Never raises."""
    try:
        return _answer(request, services)
    except BadRequest as wrong:
        return _refused(_sentence(str(wrong)))
    except StoreUnreachable:
        log.warning("store_unreachable", line=_first(request))
        return _refused("I cannot reach my store right now; I try again by myself. Please ask me again in a minute.")
    except LineagebotError as trouble:
        log.warning("trouble", line=_first(request), error=str(trouble))
        return _refused(_sentence(str(trouble)))
    except Exception:
        trouble_id = secrets.token_hex(4)
        log.exception("went_wrong", id=trouble_id, line=_first(request), workspace=request.asker.workspace)
        return _refused(f"Something went wrong on our side (id {trouble_id}). It is in the log; nothing was changed.")


def _first(request: Request) -> str:
    """The command that was asked for, and no word more: whatever else people type no log should hold."""
    command = command_of(first_word(request.line.strip().removeprefix(_PREFIX))[0])
    return command.word if command is not None else "…"


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) or ": " in text[-80:] else f"{text}."


def _refused(text: str) -> Reply:
    """Nothing was done: a form that asked for it stays open."""
    return Reply(text, (Paragraph((text,)),), refused=True)


def _answer(request: Request, services: Services) -> Reply:
    line = request.line.replace("\x00", "").strip()
    if line.lower().startswith(_PREFIX):
        line = line[len(_PREFIX) :].strip()
    if not line:
        return everything(COMMANDS)
    word, rest = first_word(line)
    command = command_of(word)
    if (asked := phrase(line)) is not None and not (command is not None and command.takes_sql):
        return _run(request, services, asked)
    if command is not None and not (looks_like_sql(line) and not command.takes_sql and not looks_like_sql(rest)):
        return _run(request, services, line)
    understood = meant(line, lambda words: not isinstance(resolve(services.graph, words), Unknown))
    return _did_you_mean(line, understood) if understood.nearly else _run(request, services, understood.line)


def _run(request: Request, services: Services, line: str) -> Reply:
    word, rest = first_word(line)
    command = command_of(word)
    assert command is not None, word
    said = Said() if command.takes_sql else read(rest)
    asked = Asked(request, word, rest, said)
    if not command.asks_graph:
        return command.answer(asked, services)
    with services.at_one_moment() as then:
        return command.answer(asked, then)


def _did_you_mean(line: str, understood: Meant) -> Reply:
    word, rest = first_word(line)
    text = f"I know no command “{word}”. Did you mean {understood.nearly[0]}?"
    choices = [Choice(near, f"{near} {rest}".strip()) for near in understood.nearly]
    choices.append(Choice("Look it up as a name", f"lineage {quoted(line) if len(line) < 100 else line}"))
    return Reply(text, (Paragraph((text,)), Choices((*choices, Choice("Help", "help")))))
