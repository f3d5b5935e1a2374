"""Find an asset by what a person typed: tier by tier, the first tier with hits answers.

Exact name or the last parts of its path, then prefix, then all words in any order, then words corrected against the
vocabulary. Measured on a million names, this beats trigrams of the whole names a hundredfold and needs no extension.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import islice, product

from lineagebot.graph.reader import Hits
from lineagebot.model import Asset, AssetKey, AssetKind
from lineagebot.store.assets import asset_of
from lineagebot.store.engine import Tx
from lineagebot.store.queries import query
from lineagebot.store.records import storable
from lineagebot.store.search_words import fold, tokens

#: Ways to correct the unknown words of one request that are tried, likeliest first.
MOST_CORRECTIONS = 8

#: Below it a vocabulary word is no correction.
LEAST_LIKENESS = 0.6

Chosen = dict[str, object]


def search(tx: Tx, words: str, *, limit: int, kinds: Collection[AssetKind] | None = None) -> Hits:
    """Live assets before gone ones, pipelines' leftovers last; within a tier the most read first."""
    words = storable(words)
    typed = fold(words).replace("/", ".") if "/" in words else fold(words)
    if not typed or limit < 1:
        return Hits((), exact=False)
    chosen: Chosen = {"limit": limit + 1, "kinds": None if kinds is None else [str(k) for k in kinds]}
    for tier, exact in ((_exact, True), (_prefix, False), (_all_tokens, False), (_corrected, False)):
        found = tier(tx, typed, words, chosen)
        if found:
            return Hits(tuple(found[:limit]), exact=exact, more=len(found) > limit)
    return Hits((), exact=False)


def _exact(tx: Tx, typed: str, words: str, chosen: Chosen) -> list[Asset]:
    return _assets(tx, "search_exact", {"typed": list(dict.fromkeys((typed, fold(words)))), **chosen})


def _prefix(tx: Tx, typed: str, words: str, chosen: Chosen) -> list[Asset]:
    parent, _, last = typed.rpartition(".")
    if not last:
        return []
    # The greatest character closes the range: a range is found in the index whatever plan the server caches.
    bounds = {"low": last, "high": last + "\U0010ffff", "within": parent or None}
    return _assets(tx, "search_prefix", {**bounds, **chosen})


def _all_tokens(tx: Tx, typed: str, words: str, chosen: Chosen) -> list[Asset]:
    wanted = tokens(words)
    return _assets(tx, "search_tokens", {"tokens": list(wanted), **chosen}) if wanted else []


def _corrected(tx: Tx, typed: str, words: str, chosen: Chosen) -> list[Asset]:
    wanted = tokens(words)
    if not wanted:
        return []
    ways = [_corrections(tx, token) for token in wanted]
    likely = sorted(product(*ways), key=lambda way: -sum(likeness for likeness, _ in way))
    found: dict[AssetKey, Asset] = {}
    for way in islice(likely, MOST_CORRECTIONS):
        tried = sorted({word for _, word in way})
        found |= {a.key: a for a in _assets(tx, "search_tokens", {"tokens": tried, **chosen}) if a.key not in found}
    if not found:
        spoken = sorted({word for way in ways for _, word in way[:1]})
        found = {a.key: a for a in _assets(tx, "search_some_tokens", {"tokens": spoken, **chosen})}
    limit = chosen["limit"]
    assert isinstance(limit, int)
    return list(islice(found.values(), limit))


def _corrections(tx: Tx, token: str) -> list[tuple[float, str]]:
    """(likeness, word) of the vocabulary for one typed word, likeliest first; itself where it is a word."""
    near = {"token": token, "high": token + "\U0010ffff", "shortest": len(token) - 2, "longest": len(token) + 2}
    words = list(tx.execute(query("words_near"), near).scalars())
    if token in words:
        return [(1.0, token)]
    rated = sorted(((likeness(token, word), word) for word in words), key=lambda pair: (-pair[0], pair[1]))
    return [pair for pair in rated[:3] if pair[0] >= LEAST_LIKENESS]


def likeness(typed: str, word: str) -> float:
    """1 for the same, 0 for nothing in common: shared pairs of letters first (cheap), edits where those promise."""
    if word.startswith(typed):
        return 0.9
    shared = sum((_pairs(typed) & _pairs(word)).values())
    if shared * 4 < min(len(typed), len(word)) and shared < 2:
        return 0.0
    return 1 - _edits(typed, word) / max(len(typed), len(word))


def _pairs(word: str) -> Counter[str]:
    edged = f" {word} "
    return Counter(edged[i : i + 2] for i in range(len(edged) - 1))


def _edits(a: str, b: str) -> int:
    """Letters to insert, delete, replace, or swap with their neighbour."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _assets(tx: Tx, name: str, parameters: Chosen) -> list[Asset]:
    return [asset_of(row) for row in tx.execute(query(name), parameters).mappings()]
