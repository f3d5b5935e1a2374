"""Examine everything that the bot leans on: settings, store, each source, Slack; each failure with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from lineagebot.config import Settings
from lineagebot.errors import ConfigWrong, StoreTrouble
from lineagebot.slack.doctor import checks as slack_checks
from lineagebot.store import embedded
from lineagebot.store.engine import Store
from lineagebot.sync.source import Source
from lineagebot.sync.sources import build
from lineagebot.terminal.quality import first_of, qualities
from lineagebot.terminal.unmatched import unmatched


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. `ok` None: nothing to examine, which is no failure."""

    about: str
    ok: bool | None
    says: str
    remedy: str | None = None

    def __str__(self) -> str:
        sign = {True: "✓", False: "✗", None: "·"}[self.ok]
        line = f"{sign} {self.about}: {self.says}"
        return f"{line}\n    → {self.remedy}" if self.remedy and not self.ok else line


def lines(settings: Settings) -> Iterator[Line]:
    """All findings, in the order in which things are needed."""
    yield _store(settings)
    try:
        sources = build(settings)
    except ConfigWrong as exc:
        yield Line("sources", False, "the settings are wrong", str(exc))
        sources = ()
    if not sources:
        yield Line("sources", None, "none configured; add [[sources]] to lineagebot.toml")
    for source in sources:
        for check in source.check():
            yield Line(f"{source.name}: {check.name}", check.ok, check.says, check.remedy)
        source.close()
    yield from _matches(settings, sources)
    if settings.slack.bot_token is None:
        yield Line("slack", None, "not configured; the README says how in five steps")
        return
    for found in slack_checks(settings.slack):
        yield Line(found.name, found.ok, found.says, found.remedy)


def _matches(settings: Settings, sources: Sequence[Source]) -> Iterator[Line]:
    """What other systems read and was not found, and which mapping would find it. Without a store there is nothing."""
    try:
        with _opened(settings) as store:
            found = unmatched(store, sources, settings)
            quality = qualities(store, sources)
    except StoreTrouble:
        return
    for one in quality:
        yield Line(f"{one.source}: query log", None, str(one.agreement))
        for there in one.elsewhere:
            absent = f"; not there: {first_of(there.absent)}" if there.listed and there.absent else ""
            remedy = f"run dbt there, or correct `warehouse` of {one.source}" if absent else None
            yield Line(f"{one.source}: relations", not absent if there.listed else None, f"{there}{absent}", remedy)
    for system, lost in found.lost.items():
        yield Line(f"{system}: matches", None, f"{lost.unmatched:,} of {lost.references:,} not matched: {lost.why}")
    for proposal in found.proposals:
        begins = f"begin with {proposal.outer}" if proposal.outer else f"the connection {proposal.connection} says"
        says = (
            f"{proposal.would:,} of {proposal.names:,} names that {begins} stand in {proposal.system}.{proposal.there}"
        )
        yield Line("mappings", None, says, proposal.toml.replace("\n", "\n      "))


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    if settings.store.url:
        store = Store.open(settings.store.url.get_secret_value(), migrate=False)
        try:
            yield store
        finally:
            store.close()
        return
    with embedded.start(embedded.Cluster(settings.store.directory)) as running:
        store = Store.open(running.url, migrate=False)
        try:
            yield store
        finally:
            store.close()


def _store(settings: Settings) -> Line:
    try:
        if settings.store.url:
            Store.open(settings.store.url.get_secret_value(), migrate=False).close()
            return Line("store", True, "your Postgres answers")
        with embedded.start(embedded.Cluster(settings.store.directory)) as running:
            return Line("store", True, f"the embedded Postgres runs in {running.data_directory}")
    except StoreTrouble as exc:
        return Line("store", False, str(exc), "see above; DATABASE_URL points at any Postgres 14 or newer")
