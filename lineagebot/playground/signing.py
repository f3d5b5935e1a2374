"""Slack's signature on what it sends over HTTP: `v0=` HMAC-SHA256 of `v0:{time}:{body}`."""

from __future__ import annotations

import hashlib
import hmac
import time


def signed_headers(secret: str, body: str, *, at: float | None = None) -> dict[str, str]:
    """The two headers for this body. `at`: the time it claims to be sent, seconds since 1970."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
