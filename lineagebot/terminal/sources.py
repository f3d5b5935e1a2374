"""`lineagebot sources`: every kind of system with its state, what of it was not matched, and what else there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lineagebot.app import App
from lineagebot.model import Freshness
from lineagebot.sync.sources import SOURCES
from lineagebot.terminal.quality import Quality, first_of, qualities
from lineagebot.terminal.unmatched import Found, unmatched


def as_json(app: App) -> str:
    """One object for each kind, in the order of the table, with the configured sources of that kind."""
    known = {source.system: source for source in app.services.graph.coverage().sources}
    found = unmatched(app.store, app.sources, app.settings)
    quality = {one.source: one for one in qualities(app.store, app.sources)}
    kinds = []
    for name, kind in SOURCES.items():
        configured = [source.name for source in app.sources if source.kind == name]
        kinds.append(
            {
                "kind": name,
                "title": kind.title,
                "category": str(kind.category),
                "page": f"docs/sources/{name}.md",
                "state": "configured" if configured else "not configured",
                "sources": [_source(each, known.get(each), found) | _quality(quality.get(each)) for each in configured],
            }
        )
    proposed = [{"toml": p.toml, "names": p.names, "would_match": p.would} for p in found.proposals]
    return json.dumps({"kinds": kinds, "proposed_mappings": proposed}, indent=2, ensure_ascii=False)


def lines(app: App) -> Iterator[str]:
    """What `status` does not say: reasons of what is unmatched, proposals, and the kinds that are not configured."""
    found = unmatched(app.store, app.sources, app.settings)
    for system, lost in found.lost.items():
        yield f"{system}: {lost.unmatched:,} of {lost.references:,} names not matched: {lost.why}"
    for proposal in found.proposals:
        yield f"{proposal.would:,} of {proposal.names:,} of them would match with\n\n{proposal.toml}\n"
    for quality in qualities(app.store, app.sources):
        yield f"{quality.source}: {quality.agreement}"
        yield from (f"{quality.source}: {elsewhere}" for elsewhere in quality.elsewhere)
        if quality.differing:
            yield f"{quality.source}: they differ on {first_of(quality.differing)}"
    used = {source.kind for source in app.sources}
    if others := [f"{kind.title} ({name})" for name, kind in SOURCES.items() if name not in used]:
        yield f"Not configured: {', '.join(others)}; each has a page in docs/sources."


def _quality(found: Quality | None) -> dict[str, Any]:
    if found is None:
        return {}
    agreement = found.agreement
    return {
        "models": agreement.assets,
        "models_shown_by_the_log": agreement.shown,
        "models_that_agree_with_the_log": agreement.agreeing,
        "models_that_differ": found.differing,
        "relations": {e.system: {"named": e.named, "listed": e.listed, "absent": e.absent} for e in found.elsewhere},
    }


def _source(name: str, known: Freshness | None, found: Found) -> dict[str, Any]:
    known = known or Freshness(name, "", None, None)
    lost = found.lost.get(name)
    return {
        "name": name,
        "state": _state(known),
        "log_read_to": known.watermark and known.watermark.isoformat(),
        "catalog_read_at": known.inventory_at and known.inventory_at.isoformat(),
        "trouble": known.trouble,
        "statements": known.statements,
        "not_understood": known.not_understood,
        "understood_share": round(1 - known.not_understood / known.statements, 4) if known.statements else None,
        "references": known.references,
        "unmatched": known.unmatched,
        "unmatched_by_reason": {str(why): times for why, times in lost.reasons.items()} if lost else {},
    }


def _state(known: Freshness) -> str:
    if known.trouble:
        return "in trouble"
    return "never read" if known.watermark is None and known.inventory_at is None else "well"
