"""What a [[sources]] entry with kind = "dbt" may say: where artifacts lie, whose tables they speak of, what counts.

[[sources]]
name = "dbt"
kind = "dbt"
warehouse = "acme"              # a model is the table of that source
artifacts = "/srv/dbt/target"   # a folder, or https://bucket.example/dbt ; or a [sources.cloud] table instead
target = "prod"                 # only runs of it count
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

#: Schemas that a build for one pull request makes; they are never taken for production.
OF_PULL_REQUESTS = ("dbt_cloud_pr_*", "dbt_pr_*", "pr_[0-9]*", "*_pr_[0-9]*")
#: What an object store's own address begins with: reading it would need that vendor's client and keys.
_STORES = {"s3": "aws s3 sync", "gs": "gcloud storage rsync", "abfss": "azcopy sync", "az": "azcopy sync"}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CloudOptions(_Section):
    """dbt's hosted platform, read through its Admin API v2."""

    #: The access URL of the account: https://abc123.us1.dbt.com
    host: str
    account: int
    #: Runs of this environment alone; it is the one that builds production.
    environment: int | None = None
    #: ... or of these jobs.
    jobs: tuple[int, ...] = ()
    #: The environment variable with the service token.
    token_env: str = "DBT_CLOUD_TOKEN"  # noqa: S105  (the name of a variable)

    @model_validator(mode="after")
    def _says_what_is_production(self) -> Self:
        _check_address(self.host, "host", secret=True)
        if self.environment is None and not self.jobs:
            raise ValueError("set environment (the id of the production environment) or jobs (ids of its jobs)")
        if not os.environ.get(self.token_env):
            raise ValueError(f"the environment variable {self.token_env} (token_env) is not set")
        return self

    @property
    def token(self) -> SecretStr:
        return SecretStr(os.environ[self.token_env])


class DbtOptions(_Section):
    """One [[sources]] entry with kind = "dbt"."""

    #: A folder, or the http(s) address of one; `{file}` in it stands for manifest.json and its like.
    artifacts: str | None = None
    #: The environment variable that holds `artifacts`: a signed address is a secret.
    artifacts_env: str | None = None
    #: The environment variable with a bearer token for an http(s) address.
    token_env: str | None = None
    cloud: CloudOptions | None = None
    #: The source whose tables the models are. Without it models stand by themselves.
    warehouse: str | None = None
    #: The dbt target that builds production: runs that name another one, or none, do not count.
    target: str | None = None
    #: Databases and schemas (patterns, whatever the case) that production builds into; empty: all.
    databases: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    #: Schemas that are never production.
    not_schemas: tuple[str, ...] = OF_PULL_REQUESTS
    #: Days that runs are looked back for when they are read for the first time.
    days: int = Field(default=7, ge=1, le=365)
    #: Days after which a manifest is called old.
    old_after: int = Field(default=3, ge=1)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        given = [name for name in ("artifacts", "artifacts_env", "cloud") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("set one of artifacts (a folder or an address), artifacts_env and cloud")
        for name in (self.artifacts_env, self.token_env):
            if name is not None and not os.environ.get(name):
                raise ValueError(f"the environment variable {name} is not set")
        if (place := self.place()) is not None:
            _check_address(place, "artifacts", secret=self.token_env is not None)
        return self

    def place(self) -> str | None:
        """The folder or address; None where the platform is asked."""
        return os.environ[self.artifacts_env] if self.artifacts_env is not None else self.artifacts

    def folder(self) -> Path | None:
        place = self.place()
        return None if place is None or "://" in place else Path(place).expanduser()

    def token(self) -> SecretStr | None:
        return None if self.token_env is None else SecretStr(os.environ[self.token_env])


def _check_address(address: str, option: str, *, secret: bool) -> None:
    """Raises ValueError, without the address: it may be signed."""
    if "://" not in address and option == "artifacts":
        return
    parts = urlsplit(address)
    if tool := _STORES.get(parts.scheme):
        raise ValueError(
            f"{option}: {parts.scheme}:// is not read; give a signed https:// address, or a folder that {tool} fills"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{option} must be a folder or an http(s):// address")
    if secret and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(f"{option}: a token is sent over https:// only")
