"""Examine the connection to Slack, one named check after the other, each failure with its remedy. Shows no secret."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from lineagebot.config import SlackSettings
from lineagebot.errors import SlackTrouble
from lineagebot.slack.client import RENEW, slack_errors, web_client
from lineagebot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from lineagebot.slack.sockets import NO_SOCKET

REINSTALL = "update the app with app_manifest.yml (lineagebot manifest) and install it again"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `says` what was found, `remedy` what to do where it is not well."""

    name: str
    ok: bool
    says: str
    remedy: str | None = None


def checks(settings: SlackSettings) -> tuple[Check, ...]:
    """Everything about Slack that can be seen from here."""
    if settings.bot_token is None:
        return (Check("Slack: bot token", False, "none is set", "set SLACK_BOT_TOKEN (Slack: OAuth & Permissions)"),)
    return (*_bot(settings), _transport(settings))


def _bot(settings: SlackSettings) -> tuple[Check, ...]:
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    try:
        with slack_errors("greet the bot"):
            said = web_client(token, settings.api_url, timeout=5).auth_test()
    except SlackTrouble as exc:
        remedy = RENEW if isinstance(exc.__cause__, SlackApiError) else f"is {settings.api_url} reachable from here?"
        return (Check("Slack: bot token", False, str(exc), remedy),)
    who = f"{said.get('user')} in {said.get('team')}"
    headers = {k.lower(): v for k, v in (said.headers or {}).items()}
    return (Check("Slack: bot token", True, f"the bot is {who}"), *_scopes(headers.get("x-oauth-scopes")))


def _scopes(header: str | list[str] | None) -> tuple[Check, ...]:
    """Slack lists the token's scopes in a header of each answer."""
    if not header:
        return ()
    text = header if isinstance(header, str) else ",".join(header)
    granted = {scope.strip() for scope in text.split(",")}
    missing = [s for s in SCOPES if s not in granted]
    unasked = [s for s in OPTIONAL_SCOPES if s not in granted]
    needed = Check(
        "Slack: scopes",
        not missing,
        f"missing: {', '.join(missing)}" if missing else "all that are needed are granted",
        REINSTALL if missing else None,
    )
    if not unasked:
        return (needed,)
    left_out = f"not granted: {', '.join(unasked)}; without *:history a doubtful alert may be said twice"
    return (needed, Check("Slack: optional scopes", True, left_out))


def _transport(settings: SlackSettings) -> Check:
    if settings.app_token is None:
        if settings.signing_secret is None:
            return Check(
                "Slack: transport",
                False,
                "neither an app-level token nor a signing secret is set",
                "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP",
            )
        return Check("Slack: transport", True, "signed HTTP at /slack/events")
    token = settings.app_token.get_secret_value()
    try:
        with slack_errors("open a socket"):
            web_client(token, settings.api_url, timeout=5).apps_connections_open(app_token=token)
    except SlackTrouble as exc:
        refused = isinstance(exc.__cause__, SlackApiError)
        return Check("Slack: Socket Mode", False, str(exc), NO_SOCKET if refused else "try again when Slack is up")
    return Check("Slack: Socket Mode", True, "a socket can be opened")
