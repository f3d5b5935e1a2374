"""One frozen Settings from the environment and lineagebot.toml; every mistake named at once, secrets never printed.

The environment wins over the file: LINEAGEBOT_SLACK__BOT_TOKEN sets [slack] bot_token. The well-known names
DATABASE_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET and SLACK_API_URL work as they do elsewhere.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from lineagebot.errors import ConfigWrong

CONFIG_FILE = "lineagebot.toml"

#: Well-known environment names and where they go.
ALIASES = {
    "DATABASE_URL": ("store", "url"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_API_URL": ("slack", "api_url"),
}


def default_state_directory() -> Path:
    """$LINEAGEBOT_HOME, else $XDG_STATE_HOME/lineagebot, else ~/.local/state/lineagebot."""
    if home := os.environ.get("LINEAGEBOT_HOME"):
        return Path(home)
    base = os.environ.get("XDG_STATE_HOME")
    return Path(base) / "lineagebot" if base else Path.home() / ".local" / "state" / "lineagebot"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class StoreSettings(_Section):
    """Where the graph is kept."""

    #: postgresql://... of any Postgres 14+; empty: the embedded server in `directory`.
    url: SecretStr | None = None
    #: The embedded server's state.
    directory: Path = Field(default_factory=lambda: default_state_directory() / "store")
    #: Months of query log that are kept.
    keep_months: int = Field(default=13, ge=1, le=120)


class SlackSettings(_Section):
    bot_token: SecretStr | None = None
    #: xapp-...: Socket Mode. Without it, HTTP with `signing_secret`.
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    #: Hears about the bot's own health, and what nobody owns.
    admin_channel: str | None = None
    #: Channel ids shared with other companies where answers are allowed all the same.
    allowed_shared_channels: tuple[str, ...] = ()

    @field_validator("bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xoxb-", "a bot token begins with xoxb- (Slack: OAuth & Permissions)")

    @field_validator("app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xapp-", "an app-level token begins with xapp- (Slack: Basic Information)")


class WebSettings(_Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)


class WatchSettings(_Section):
    """How the watcher behaves; times in seconds."""

    poll: float = Field(default=2.0, gt=0)
    inventory_every: float = Field(default=300.0, gt=0)
    #: Settling window of a machine account's destructive statement.
    settle: float = Field(default=120.0, ge=0)
    #: ... of a person's rename, replace or drop of a column.
    short: float = Field(default=15.0, ge=0)
    #: Alerts of one session or job in ten minutes that become one summary; of a whole system ten times as many.
    storm: int = Field(default=20, ge=2)
    #: Only the admin channel hears.
    shadow: bool = False
    #: People who read it lately are told each in a DM, as far as Slack knows their e-mail.
    tell_readers: bool = False
    #: Channel that hears of an alert which nobody acted on; empty: none.
    escalate_to: str | None = None
    #: ... after so long.
    escalate_after: float = Field(default=1800.0, gt=0)
    #: Kinds of alert, by their names, that wait otherwise for a person's second thought, or that nobody hears.
    rules: Mapping[str, Literal["off", "now", "short", "settle"]] = Field(default_factory=dict)


class SourceSettings(BaseModel):
    """One [[sources]] entry: `name`, `kind`, and what that kind asks for (checked by its own file in sync/)."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    name: str = Field(min_length=1, pattern=r"^[A-Za-z0-9_.-]+$")
    kind: str

    @property
    def options(self) -> Mapping[str, Any]:
        return dict(self.model_extra or {})

    def __repr__(self) -> str:
        """Without the options: a connection string holds a password."""
        return f"SourceSettings(name={self.name!r}, kind={self.kind!r})"

    __str__ = __repr__


class _Level(_Section):
    """The leading parts of a name, under the words of each system for them."""

    #: The outermost part.
    outer: str | None = Field(default=None, validation_alias=AliasChoices("database", "project", "catalog"))
    #: The next one.
    inner: str | None = Field(default=None, validation_alias=AliasChoices("schema", "dataset"))


class MappingFrom(_Level):
    """Which names of other systems a mapping is for; what is left out, any."""

    #: The configured source that speaks.
    source: str | None = None
    #: What that source calls the connection.
    connection: str | None = None
    host: str | None = None
    account: str | None = None


class MappingTo(_Level):
    """Where those names stand; what is left out, as they say."""

    system: str


class Named(Protocol):
    """Where a name is looked for, as far as a mapping asks."""

    @property
    def connection(self) -> str | None: ...
    @property
    def host(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...


class NameMapping(_Section):
    """One [[mappings]] entry: what another system calls by one name stands under another here."""

    origin: MappingFrom = Field(validation_alias="from")
    to: MappingTo

    @field_validator("origin")
    @classmethod
    def _says_something(cls, value: MappingFrom) -> MappingFrom:
        if not value.model_fields_set:
            raise ValueError("say which names are meant: source, connection, host, account, database or schema")
        return value

    @property
    def conditions(self) -> int:
        """How particular it is."""
        return sum(getattr(self.origin, name) is not None for name in MappingFrom.model_fields)

    def holds(self, speaker: str, place: Named, path: tuple[str | None, ...]) -> bool:
        """Whether it is for this name: said by that source, of that connection. Case never tells two apart here."""
        outer, inner = (*path[:-1], None, None)[:2]
        asked = self.origin
        pairs = (
            (asked.source, speaker),
            (asked.connection, place.connection),
            (asked.host, place.host),
            (asked.account, place.account),
            (asked.outer, outer),
            (asked.inner, inner),
        )
        return all(want is None or (told or "").lower() == want.lower() for want, told in pairs)

    def moved(self, path: tuple[str | None, ...]) -> tuple[str | None, ...]:
        """The name as it stands in the system that it is mapped to."""
        around = [self.to.outer or path[0], self.to.inner or path[1]] if len(path) > 2 else [self.to.outer or path[0]]
        return (*around[: len(path) - 1], *path[len(around) :]) if len(path) > 1 else path


class Settings(BaseSettings):
    """Everything that a person sets. Build it with `load`."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="LINEAGEBOT_",
        env_nested_delimiter="__",
        hide_input_in_errors=True,
        nested_model_default_partial_update=True,
    )

    store: StoreSettings = StoreSettings()
    slack: SlackSettings = SlackSettings()
    web: WebSettings = WebSettings()
    watch: WatchSettings = WatchSettings()
    sources: tuple[SourceSettings, ...] = ()
    #: Names that stand elsewhere under another one; they win over every match by address.
    mappings: tuple[NameMapping, ...] = ()
    #: Literals of people's SQL may be shown.
    show_literals: bool = False
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @field_validator("sources")
    @classmethod
    def _names_differ(cls, value: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        names = [s.name for s in value]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"two sources are named {', '.join(twice)}; give each its own name")
        return value


def load_rules(path: Path) -> WatchSettings:
    """The [watch] part of a file, whatever else stands in it; what it leaves out is as usual. Raises ConfigWrong."""
    said = _from_file(path, {}).get("watch", {})
    try:
        return WatchSettings(**said) if isinstance(said, dict) else WatchSettings()
    except ValidationError as exc:
        raise ConfigWrong("\n".join(f"{path}: watch.{_sentence(e)}" for e in exc.errors())) from exc


def load(path: Path | None = None, *, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `path` (default: $LINEAGEBOT_CONFIG, else lineagebot.toml here, if any) and the environment.

    Raises ConfigWrong with one line for each mistake.
    """
    environ = os.environ if environ is None else environ
    data = _from_file(path, environ)
    for name, (section, key) in ALIASES.items():
        if environ.get(name):
            data.setdefault(section, {})[key] = environ[name]
    try:
        return Settings(**data)
    except ValidationError as exc:
        raise ConfigWrong("\n".join(_sentence(e) for e in exc.errors())) from exc
    except SettingsError as exc:
        # Its cause, the JSON's, holds the whole value.
        raise ConfigWrong(f"the environment: {exc}; write it as JSON, or set it in {CONFIG_FILE}") from None


def _from_file(path: Path | None, environ: Mapping[str, str]) -> dict[str, Any]:
    named = path or (Path(environ["LINEAGEBOT_CONFIG"]) if environ.get("LINEAGEBOT_CONFIG") else None)
    file = named or Path(CONFIG_FILE)
    if not file.exists():
        if named:
            raise ConfigWrong(f"{file} does not exist; create it, or leave the option out")
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise ConfigWrong(f"{file} cannot be read as TOML: {exc}") from exc


def _prefixed(value: SecretStr | None, prefix: str, says: str) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(prefix):
        raise ValueError(says)
    return value


def _sentence(error: Any) -> str:
    """One mistake, without the value (it may be a secret)."""
    place = ".".join(str(p) for p in error["loc"]) or "settings"
    says = "unknown setting" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, ")
    return f"{place}: {says}"
