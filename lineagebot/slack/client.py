"""Open Slack's Web API, and turn what goes wrong with it into our errors: who can act, and how."""

from __future__ import annotations

import http.client
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from lineagebot.errors import SlackRefused, SlackTrouble

#: What the libraries say is kept apart and at WARNING: their lower levels print whole payloads.
LIBRARY_LOG = logging.getLogger("lineagebot.slack.library")
LIBRARY_LOG.setLevel(logging.WARNING)
#: Every failed call is raised, translated and said by us; the library would say it a second time.
_CALLS_LOG = logging.getLogger("lineagebot.slack.library.calls")
_CALLS_LOG.setLevel(logging.CRITICAL)

#: Seconds for one call.
TIMEOUT = 15

INVITE = "invite me there with /invite @lineagebot"
RENEW = "copy the bot token again from Slack (OAuth & Permissions) into SLACK_BOT_TOKEN"

#: Slack's error code → what the person who runs Slack can do.
REFUSALS = {
    "channel_not_found": f"I cannot see this channel; {INVITE}",
    "not_in_channel": f"I am not in this channel; {INVITE}",
    "is_archived": "the channel is archived; unarchive it or choose another one",
    "user_not_found": "there is no such person in this workspace",
    "users_not_found": "nobody in this workspace has this e-mail address",
    "user_disabled": "this person's account is deactivated; choose another owner",
    "cannot_dm_bot": "a bot cannot be written to; choose a person or a channel",
    "user_not_visible": "I may not see this person",
    "messages_tab_disabled": "switch the Messages tab on in the app's settings (App Home)",
    "restricted_action": "the workspace's settings do not let me post there; ask a workspace admin",
    "restricted_action_read_only_channel": "only some people may post there; ask a workspace admin to let me",
    "message_not_found": "the message is gone",
    "cant_update_message": "the message was not posted by me",
    "edit_window_closed": "the workspace's settings do not let me edit messages that old",
    "invalid_auth": f"Slack does not know the token; {RENEW}",
    "not_authed": f"Slack got no token; {RENEW}",
    "account_inactive": f"the token belongs to a workspace or a bot that was removed; {RENEW}",
    "token_revoked": f"the token was revoked; install the app again and {RENEW}",
    "token_expired": f"the token is too old; {RENEW}",
    "not_allowed_token_type": "the wrong kind of token: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
    "missing_scope": "a scope is missing; install the app again with app_manifest.yml (lineagebot manifest)",
    "no_permission": "the token lacks a permission; install the app again with app_manifest.yml (lineagebot manifest)",
    "team_access_not_granted": "the app is not installed in this workspace; ask a workspace admin to add it",
    "app_missing_action_url": "switch Interactivity on in the app's settings",
    "msg_too_long": "the message is too long for Slack",
    "msg_blocks_too_long": "the message is too long for Slack",
}  # fmt: skip

#: Slack's own trouble: the same call may succeed later.
PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)  # fmt: skip

_POINTER = re.compile(r"\[json-pointer:([^\]]*)\]")


def web_client(token: str | None, api_url: str, *, retries: bool = True, timeout: int = TIMEOUT) -> WebClient:
    """A client of `api_url`. Without `retries` a call is made once: posting twice is worse than not knowing."""
    client = WebClient(
        token=token,
        base_url=api_url,
        timeout=timeout,
        logger=_CALLS_LOG,
        retry_handlers=None if retries else [],
    )
    if is_here(api_url):
        client.proxy = None
    return client


def webhook(url: str) -> WebhookClient:
    """A client of one response_url."""
    client = WebhookClient(url, timeout=TIMEOUT, logger=_CALLS_LOG, retry_handlers=[])
    if is_here(url):
        client.proxy = None
    return client


def is_here(url: str) -> bool:
    """True for this machine itself, which no proxy of the environment reaches."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def code_of(error: SlackApiError) -> str:
    """Slack's error code, "" where the answer was not Slack's."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def pointers_of(error: SlackApiError) -> str:
    """Where in our blocks Slack stumbled, from an invalid_blocks answer."""
    data = getattr(error.response, "data", None)
    messages = (data.get("response_metadata") or {}).get("messages") or [] if isinstance(data, dict) else []
    found = [p for message in messages for p in _POINTER.findall(str(message))]
    return ", ".join(found) or "no pointer given"


@contextmanager
def slack_errors(doing: str) -> Iterator[None]:
    """Translate what the SDK and the network raise into SlackTrouble and SlackRefused. `doing`: "post to C1"."""
    try:
        yield
    except SlackApiError as exc:
        raise _translated(doing, exc) from exc
    except HTTPError as exc:
        raise SlackTrouble(f"Slack answered {exc.code} ({doing})", maybe_sent=exc.code >= 500) from exc
    except URLError as exc:
        cut = isinstance(exc.reason, ConnectionResetError | BrokenPipeError | ConnectionAbortedError)
        raise SlackTrouble(f"Slack cannot be reached ({doing}): {exc.reason}", maybe_sent=cut) from exc
    except (http.client.HTTPException, ConnectionError, TimeoutError) as exc:
        says = f"the connection to Slack was cut before it answered ({doing})"
        raise SlackTrouble(says, maybe_sent=not isinstance(exc, ConnectionRefusedError)) from exc
    except (SlackClientError, OSError) as exc:
        raise SlackTrouble(f"Slack cannot be reached ({doing}): {type(exc).__name__}") from exc


def _translated(doing: str, error: SlackApiError) -> SlackTrouble:
    code = code_of(error)
    status = int(getattr(error.response, "status_code", 200) or 200)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return SlackTrouble(f"Slack asks to wait ({doing})", retry_after=_retry_after(error))
    # Where the answer was not JSON (a proxy's page), the SDK puts a sentence in the code's place.
    if status >= 500 or code in PASSING or not code or " " in code:
        return SlackTrouble(
            f"Slack has trouble of its own ({doing}): {status if ' ' in code else code or status}", maybe_sent=True
        )
    if remedy := REFUSALS.get(code):
        return SlackRefused(f"Slack refused to {doing}: {_needed(error, code) or remedy}")
    return SlackRefused(f"Slack refused to {doing}: {code}")


def _needed(error: SlackApiError, code: str) -> str | None:
    data: Any = getattr(error.response, "data", None)
    if code == "missing_scope" and isinstance(data, dict) and data.get("needed"):
        return f"the scope {data['needed']} is missing; install the app again with app_manifest.yml"
    return None


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {}) or {}
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "1")
    try:
        return max(float(value[0] if isinstance(value, list) else value), 0.0)
    except ValueError:
        return 1.0
