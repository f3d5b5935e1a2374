"""Which harms nobody wants to hear of, because people called such a thing noise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineagebot.model import Noise, NoiseKind
from lineagebot.policy.state import Candidate


def quieted(candidates: Iterable[Candidate], noise: Iterable[Noise]) -> Mapping[str, str]:
    """Those of the candidates that are noise, by key, with who said so as a clause."""
    said = tuple(noise)
    found = ((c.key, next((n for n in said if covers(n, c)), None)) for c in candidates)
    return {key: f"{n.by} said that {n} is noise" for key, n in found if n is not None}


def covers(noise: Noise, candidate: Candidate) -> bool:
    brief, target = candidate.brief, candidate.effect.target
    if noise.system and noise.system != brief.system:
        return False
    match noise.kind:
        case NoiseKind.ASSET:
            return noise.asset is not None and (noise.asset == target or noise.asset.holds(target))
        case NoiseKind.ACCOUNT:
            return _is(noise.name, brief.login)
        case NoiseKind.STATEMENT:
            return noise.name == brief.fingerprint and (noise.login is None or _is(noise.login, brief.login))


def _is(name: str, login: str | None) -> bool:
    """Systems fold the case of a login, each in its own way."""
    return login is not None and name.lower() == login.lower()
