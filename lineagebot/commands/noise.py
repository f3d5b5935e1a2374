"""`quiet`, `quieted`, `unquiet`: "this was noise", for a statement, an account or an asset, and the way back.

Anybody may, so that a noisy night needs no admin; everybody there sees who did, and can undo it.
"""

from __future__ import annotations

from collections.abc import Callable

from lineagebot.commands.alerts import meanwhile
from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.grammar import quoted
from lineagebot.commands.naming import find
from lineagebot.commands.services import Services
from lineagebot.errors import BadRequest
from lineagebot.model import Alert, AlertState, Noise, NoiseKind
from lineagebot.policy.say import count
from lineagebot.reply import Choice, Choices, Items, Moment, Note, Paragraph, Reply
from lineagebot.store import alerts, quiet
from lineagebot.store.engine import Tx

#: As many as one list shows.
LISTED = 20
_KINDS = {str(kind): kind for kind in NoiseKind} | {"fingerprint": NoiseKind.STATEMENT, "login": NoiseKind.ACCOUNT}
_HOW = "For example: quiet account etl_runner, quiet marts.scratch, or quiet k3x9q2ab (an alert's name)."


def hush(asked: Asked, services: Services) -> Reply:
    said = asked.said.words
    if not said:
        raise BadRequest(f"About what? {_HOW}")
    with services.store.begin() as tx:
        alert = alerts.get(tx, said[0].lower()) if len(said) <= 2 else None
        if alert is not None:
            return _of_alert(tx, asked, alert)
    kind = _KINDS.get(said[0].lower())
    if kind is not None and len(said) < 2:
        raise BadRequest(f"Which {kind}? {_HOW}")
    if kind in (NoiseKind.ACCOUNT, NoiseKind.STATEMENT):
        noise = Noise(kind, asked.asker.called, asked.request.now, name=" ".join(said[1:]))
    else:
        words = " ".join(said[1:] if kind is not None else said)
        asset = find(services.graph, words, lambda full: f"quiet asset {full}")
        if isinstance(asset, Reply):
            return asset
        noise = Noise(NoiseKind.ASSET, asked.asker.called, asked.request.now, asset=asset.key, system=asset.key.system)
    with services.store.begin() as tx:
        return _quieted(quiet.add(tx, noise, workspace=asked.asker.workspace), asked)


def _of_alert(tx: Tx, asked: Asked, alert: Alert) -> Reply:
    said = asked.said.words
    seen = asked.said.number("seen", 0) or None
    if seen is not None and seen < alert.version:
        text = meanwhile(alert)
        return Reply(text, (Paragraph((text,)),))
    kind = _KINDS.get(said[1].lower()) if len(said) > 1 else None
    if kind is None:
        text = f"What of it was noise: {alert.headline}?"
        choices = tuple(Choice(label, f"quiet {alert.id} {kind}") for label, kind in _of(alert))
        return Reply(text, (Paragraph((text,)), Choices(choices)))
    noise = quiet.add(tx, _MEANT[kind](alert, asked), workspace=asked.asker.workspace)
    if not alert.state.is_over:
        by = asked.asker.called
        line = f"Not a problem, says {by}. I am quiet about {noise} from now on; `unquiet {noise.id}` undoes that."
        alerts.change(
            tx, alert.id, state=AlertState.RESOLVED, by=by, at=asked.request.now, seen_version=alert.version, line=line
        )
    return _quieted(noise, asked)


def _of(alert: Alert) -> tuple[tuple[str, NoiseKind], ...]:
    by_account = (("This account", NoiseKind.ACCOUNT),) if alert.login else ()
    by_text = (("This statement", NoiseKind.STATEMENT),) if alert.fingerprint else ()
    return (*by_text, *by_account, ("This asset", NoiseKind.ASSET))


def _statement_of(alert: Alert, asked: Asked) -> Noise:
    """Only where the same account runs it: by hand the same text is another matter."""
    if not alert.fingerprint:
        raise BadRequest("I do not know the statement behind that alert; quiet its account or its asset.")
    by, now = asked.asker.called, asked.request.now
    return Noise(NoiseKind.STATEMENT, by, now, name=alert.fingerprint, login=alert.login, system=alert.system)


def _account_of(alert: Alert, asked: Asked) -> Noise:
    if not alert.login:
        raise BadRequest("I do not know the account behind that alert; quiet its statement or its asset.")
    return Noise(NoiseKind.ACCOUNT, asked.asker.called, asked.request.now, name=alert.login, system=alert.system)


def _asset_of(alert: Alert, asked: Asked) -> Noise:
    return Noise(NoiseKind.ASSET, asked.asker.called, asked.request.now, asset=alert.asset, system=alert.asset.system)


_MEANT: dict[NoiseKind, Callable[[Alert, Asked], Noise]] = {
    NoiseKind.STATEMENT: _statement_of,
    NoiseKind.ACCOUNT: _account_of,
    NoiseKind.ASSET: _asset_of,
}


def _quieted(noise: Noise, asked: Asked) -> Reply:
    text = f"No more alerts about {noise}. I keep watching."
    buttons = Choices((Choice("Undo", f"unquiet {noise.id}"), Choice("All that is quieted", "quieted")))
    return _aloud(text, asked, buttons)


def _aloud(text: str, asked: Asked, buttons: Choices) -> Reply:
    who = f"{asked.asker.called} said so."
    return Reply(f"{text} ({who})", (Paragraph((text,)), Note((who,)), buttons), private=False)


def listed_noise(asked: Asked, services: Services) -> Reply:
    with services.store.begin() as tx:
        found = quiet.kept(tx)[::-1]
    if not found:
        text = "Nothing is quieted."
        return Reply(text, (Paragraph((text,)),))
    items = tuple((f"{n.id}: {n}{_inside(n)}, says {n.by}, ", Moment(n.at, "ago")) for n in found[:LISTED])
    buttons = tuple(Choice(f"Hear of {n.id} again", f"unquiet {n.id}") for n in found[:5])
    text = f"{count(len(found), 'thing')} quieted, latest first: {found[0]}."
    more = max(0, len(found) - LISTED)
    return Reply(text, (Items(items, title="No alerts about", more=more), Choices(buttons)))


def _inside(noise: Noise) -> str:
    return f" in {noise.system}" if noise.system else ""


def unhush(asked: Asked, services: Services) -> Reply:
    said = asked.said.name
    if not said.isdecimal() or len(said) > 9:
        raise BadRequest("Which one, by its number? See quieted; for example: unquiet 3.")
    now, asker = asked.request.now, asked.asker
    with services.store.begin() as tx:
        noise = quiet.remove(tx, int(said), by=asker.called, at=now, workspace=asker.workspace)
    if noise is None:
        text = f"Nothing quieted has the number {said}."
        return Reply(text, (Paragraph((text,)), Choices((Choice("All that is quieted", "quieted"),))))
    # Words cannot say "this text, by this account": only an alert can.
    again = () if noise.login else (Choice("Quiet again", f"quiet {noise.kind} {quoted(_name(noise))}"),)
    buttons = Choices((*again, Choice("All that is quieted", "quieted")))
    return _aloud(f"Alerts about {noise} are on again.", asked, buttons)


def _name(noise: Noise) -> str:
    return str(noise.asset) if noise.asset is not None else noise.name


QUIET = Command(
    word="quiet",
    aliases=("noise", "hush"),
    answer=hush,
    usage="quiet <alert> | account <login> | statement <fingerprint> | <name>",
    help="“this was noise”: no later alerts about it",
    more=("An alert is asked back: was it the statement, the account, or the asset?",),
    examples=("quiet k3x9q2ab", "quiet account etl_runner", "quiet marts.scratch"),
    changes=True,
)
QUIETED = Command(
    word="quieted",
    answer=listed_noise,
    usage="quieted",
    help="what nobody is alerted about, who said so, and the way back",
)
UNQUIET = Command(
    word="unquiet",
    answer=unhush,
    usage="unquiet <number>",
    help="alerts about it again",
    examples=("unquiet 3",),
    changes=True,
)
