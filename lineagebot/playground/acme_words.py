"""The words of the demo company: one seed renames schemas, tables, columns, machines and dashboards alike.

Everything about the company is written in the default's words. `Words.of(seed)` draws other words, and `say` puts them
into any text: an identifier is taken apart at its underscores and each known part is replaced, so that `stg_orders`,
`order_id` and "Orders" change together and the SQL stays coherent.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Rows of words that belong together, the default's first. No alternative stands in two rows.
VOCABULARY = (
    (("raw",), ("landing",), ("bronze",), ("intake",)),
    (("staging",), ("prep",), ("silver",), ("cleaned",)),
    (("marts",), ("gold",), ("core",), ("reporting",)),
    (("stg",), ("base",), ("tidy",), ("src",)),
    (("orders", "order", "ordered"), ("purchases", "purchase", "purchased"), ("bookings", "booking", "booked")),
    (("customers", "customer"), ("clients", "client"), ("members", "member"), ("accounts", "account")),
    (("payments", "payment", "paid"), ("settlements", "settlement", "settled"), ("charges", "charge", "charged")),
    (("products", "product"), ("articles", "article"), ("goods", "good")),
    (("refunds", "refund", "refunded"), ("reversals", "reversal", "reversed"), ("credits", "credit", "credited")),
    (("items",), ("lines",), ("positions",)),
    (("web",), ("site",), ("app",)),
    (("events",), ("hits",), ("signals",)),
    (("revenue",), ("income",), ("turnover",), ("takings",)),
    (("ltv",), ("clv",), ("worth",)),
    (("funnel",), ("conversion",), ("journey",)),
    (("country",), ("market",), ("territory",)),
    (("amount",), ("total",), ("gross",)),
    (("segment",), ("tier",), ("cohort",)),
    (("pipeline",), ("transformer",), ("dbt_prod",)),
    (("metabase",), ("superset",), ("bi_reader",)),
    (("loader",), ("ingestor",), ("fivetran",)),
)

#: SQL words as well; only as a part of a longer name are they ours.
ALSO_SQL = frozenset({"order", "paid"})

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Words:
    """One choice of words."""

    chosen: Mapping[str, str]

    @classmethod
    def of(cls, seed: int | None) -> Words:
        if seed is None:
            return cls({})
        draw = random.Random(f"words {seed}")  # noqa: S311 - a company, not a secret
        chosen: dict[str, str] = {}
        for default, *others in VOCABULARY:
            chosen.update(zip(default, draw.choice(others), strict=True))
        return cls(chosen)

    def say(self, text: str) -> str:
        """`text` in this company's words."""
        return _WORD.sub(self._replace, text) if self.chosen else text

    def _replace(self, match: re.Match[str]) -> str:
        word = match.group()
        if word.lower() in ALSO_SQL:
            return word
        return "_".join(self._part(part) for part in word.split("_"))

    def _part(self, part: str) -> str:
        other = self.chosen.get(part.lower(), part)
        return other.capitalize() if part[:1].isupper() and other is not part else other
