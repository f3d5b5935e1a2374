"""`owner <name> [@person | #channel | nobody]`: who answers for it; said by people, audited, and kept for good."""

from __future__ import annotations

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.lineage import owner_form
from lineagebot.commands.naming import find, key_line
from lineagebot.commands.services import Services
from lineagebot.errors import BadRequest
from lineagebot.model import Asset, Owner
from lineagebot.policy.say import listed, name_of, people
from lineagebot.reply import Block, Choice, Choices, Paragraph, Reply
from lineagebot.store import curation

#: Said in place of a person to take the owner away.
_NOBODY = frozenset({"nobody", "none", "noone"})
#: People say "owner of x".
_FILLER = frozenset({"of", "for", "is", "to", "="})


def answer(asked: Asked, services: Services) -> Reply:
    words = [word for word in asked.said.words if word.lower() not in _FILLER]
    clears = bool(words) and words[-1].lower() in _NOBODY and not asked.said.mentions
    name = " ".join(words[:-1] if clears else words)
    to_whom = " ".join(_spelled(owner) for owner in asked.said.mentions) or ("nobody" if clears else "")
    found = find(services.graph, name, lambda full: f"owner {full} {to_whom}".strip())
    if isinstance(found, Reply):
        return found
    if clears or asked.said.mentions:
        return _set(asked, services, found, asked.said.mentions)
    if asked.said.has("set"):
        raise BadRequest("Choose a person or a channel.")
    return _shown(services, found)


def _spelled(owner: Owner) -> str:
    """The mention as the grammar reads it back."""
    match owner.kind.value:
        case "person" if "@" in owner.id:
            return owner.id
        case "person":
            return f"<@{owner.id}|{owner.name}>" if owner.id[:1] in "UW" and owner.id.isalnum() else f"@{owner.id}"
        case "channel":
            return owner.id if owner.id.startswith("#") else f"<#{owner.id}|{owner.name.lstrip('#')}>"
        case _:
            return f"<!subteam^{owner.id}|{owner.name}>"


def _shown(services: Services, asset: Asset) -> Reply:
    owners = services.graph.owners([asset.key]).get(asset.key, ())
    if owners:
        text = f"{asset.title} belongs to {listed([owner.name for owner in owners])}."
        blocks: list[Block] = [Paragraph((name_of(asset), " belongs to ", *people(owners), "."))]
    else:
        text = f"Nobody was named as the owner of {asset.title} yet."
        blocks = [Paragraph(("Nobody was named as the owner of ", name_of(asset), " yet."))]
    change = Choice("Change owner" if owners else "Set owner", form=owner_form(asset, owners))
    blocks.append(Choices((change, Choice("Lineage", key_line("lineage", asset.key)))))
    return Reply(text, tuple(blocks))


def _set(asked: Asked, services: Services, asset: Asset, owners: tuple[Owner, ...]) -> Reply:
    with services.store.begin() as tx:
        curation.set_owners(
            tx, asset.key, owners, by=asked.asker.user, at=asked.request.now, workspace=asked.asker.workspace
        )
    if owners:
        text = f"{asset.title} belongs to {listed([owner.name for owner in owners])} now."
        words = (name_of(asset), " belongs to ", *people(owners), " now. Alerts about it go there too.")
    else:
        text = f"{asset.title} has no owner now."
        words = (name_of(asset), " has no owner now.")
    return Reply(text, (Paragraph(words),))


COMMAND = Command(
    word="owner",
    aliases=("owners", "owns"),
    answer=answer,
    usage="owner <name> [@person | #channel | nobody]",
    help="who answers for it; with a person or a channel, set that",
    examples=("owner marts.revenue", "owner marts.revenue @ana", "owner marts.revenue #finance"),
    changes=True,
)
