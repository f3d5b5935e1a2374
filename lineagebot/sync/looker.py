"""Looker: folders, dashboards, looks, the explores and views beneath them, and who opens what.

Options: `url`, `client_id`, `client_secret_env` (or `client_secret`), and, if you have it, `lookml`: a checkout of the
project, which tells what the API does not (the SQL of derived tables). Looker counts calls by the month: it is read
once an hour, and seldomer where `calls_per_month` asks for it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from lineagebot.errors import SourceDenied, SourceTrouble
from lineagebot.store.references import Place
from lineagebot.sync.http import Budget
from lineagebot.sync.looker_api import NEEDS, RIGHTS, Api
from lineagebot.sync.looker_graph import inventory
from lineagebot.sync.looker_lookml import read as read_lookml
from lineagebot.sync.looker_read import Reading
from lineagebot.sync.source import Check, Inventory, Page

#: In Looker: Admin > Roles, then Admin > Users, an API3 key of that user.
GRANTS = f"""\
Permission set: {RIGHTS}
Model set: all models
Folders: View on each folder that shall be known
"""
MONTH = 30 * 86_400.0


class LookerOptions(BaseModel):
    """One [[sources]] entry with kind = "looker"."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str = Field(pattern=r"^https?://[^/]+/?$")
    #: What people open, where the API stands at another address.
    link_url: str | None = None
    client_id: str
    client_secret: SecretStr | None = None
    client_secret_env: str | None = None
    #: A checkout of the LookML project.
    lookml: Path | None = None
    calls_per_month: int = Field(default=10_000, ge=100)
    #: Seconds between two readings, at the least.
    every: float = Field(default=3600.0, ge=0)

    @model_validator(mode="after")
    def _has_a_secret(self) -> LookerOptions:
        if (self.client_secret is None) == (self.client_secret_env is None):
            raise ValueError("set client_secret_env (or client_secret), one of them")
        if self.client_secret_env is not None and not os.environ.get(self.client_secret_env):
            raise ValueError(f"the environment variable {self.client_secret_env} (client_secret_env) is not set")
        if self.lookml is not None and not self.lookml.is_dir():
            raise ValueError(f"there is no folder {self.lookml} (lookml)")
        if self.lookml is not None and find_spec("lkml") is None:
            raise ValueError("lookml needs one more library; run: pip install 'lineagebot[looker]'")
        return self

    def secret(self) -> str:
        if self.client_secret is not None:
            return self.client_secret.get_secret_value()
        return os.environ[self.client_secret_env or ""]


class LookerSource:
    """Implements source.Source. It has no log of its own: its queries stand in the warehouse's."""

    kind = "looker"
    dialect: str | None = None

    def __init__(
        self,
        name: str,
        options: LookerOptions,
        *,
        api: Api | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connects to nothing yet."""
        self.name = name
        self._options = options
        self._clock = clock
        budget = Budget(options.calls_per_month, clock)
        self._api = api or Api(name, options.url, options.client_id, options.secret(), budget=budget, clock=clock)
        self._next = float("-inf")

    @property
    def default_path(self) -> tuple[str, ...]:
        return ()

    @property
    def places(self) -> tuple[Place, ...]:
        return ()

    def inventory(self) -> Inventory | None:
        """None where it was read a short while ago: each reading costs calls that are counted."""
        if self._clock() < self._next:
            return None
        as_of, before = datetime.now(UTC), self._api.calls
        lookml = read_lookml(self._options.lookml) if self._options.lookml is not None else None
        found = Reading(self._api, self._link(), lookml).read()
        cost = self._api.calls - before
        self._next = self._clock() + max(self._options.every, cost * MONTH / self._options.calls_per_month)
        return inventory(found, self.name, as_of)

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """Nothing: what it asks stands in the warehouse's log."""
        return iter(())

    def check(self) -> tuple[Check, ...]:
        try:
            me = self._api.me()
        except SourceTrouble as exc:
            return (Check("connection", False, str(exc), str(exc).partition("; ")[2] or "see above"),)
        return (
            Check("connection", True, f"{self._options.url} as {me.get('display_name') or me.get('id')}"),
            self._may("dashboards", lambda: len(list(self._api.dashboards()))),
            self._may("connections", lambda: len(self._api.connections())),
            self._may("users", lambda: sum(1 for _ in self._api.users())),
            self._may("usage", lambda: len(self._api.history(1))),
        )

    def close(self) -> None:
        self._api.close()

    def _may(self, name: str, count: Callable[[], int]) -> Check:
        try:
            return Check(name, True, f"{count():,} seen")
        except SourceDenied as exc:
            return Check(name, False, str(exc).partition("; ")[0], NEEDS)
        except SourceTrouble as exc:
            return Check(name, False, str(exc), str(exc).partition("; ")[2] or "see above")

    def _link(self) -> str:
        """What people open: the API may stand at a port of its own."""
        return (self._options.link_url or self._options.url.rstrip("/").removesuffix(":19999")).rstrip("/")


def build(name: str, options: LookerOptions) -> LookerSource:
    return LookerSource(name, options)
