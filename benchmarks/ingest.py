"""How fast a page of a log goes into the store, against plain single inserts of the same statements in the same run.

    python benchmarks/ingest.py [--statements 1000] [--rounds 7]

Prints rows per second (median, spread, ratio) of: `record_statements` on a page of statements never seen, on the same
page again, on a page of dbt's swaps; and of one INSERT per statement, committed together and one by one. An embedded
server of its own, durable as the product runs it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Column,
    Edge,
    Effect,
    Outcome,
    Read,
    Statement,
    Understanding,
)
from lineagebot.store import tables as t
from lineagebot.store.embedded import Cluster, erase, start
from lineagebot.store.engine import Store
from lineagebot.store.ingest import Understood, record_statements

START = datetime(2026, 11, 2, tzinfo=UTC)
COLUMNS = tuple(Column(f"c{n}", "int") for n in range(8))


def key(schema: str, n: int, tail: str = "") -> AssetKey:
    return AssetKey("acme", ("shop", schema, f"t{n}{tail}"))


def queries(first: int, count: int) -> list[Understood]:
    """Three of four read two tables by eight columns; the fourth writes a mart from them, with column lineage."""
    return [_query(n) for n in range(first, first + count)]


def swaps(first: int, count: int) -> list[Understood]:
    """dbt's four statements a model, over and over."""
    return [item for n in range(first, first + count, 4) for item in _swap(n)][:count]


def _query(n: int) -> Understood:
    sources = (key("raw", n % 200), key("staging", n % 300))
    reads = tuple(Read(s, c.name) for s in sources for c in COLUMNS[:4])
    if n % 4:
        return _said(n, Understanding(reads=reads, statements=1, understood=1))
    target = key("marts", n % 150)
    edges = tuple(Edge(s, target, source_column=c.name, target_column=c.name) for s in sources for c in COLUMNS)
    effect = Effect(Action.APPEND, target)
    return _said(n, Understanding((effect,), reads, edges, statements=1, understood=1))


def _swap(n: int) -> list[Understood]:
    model = n // 4 % 150
    tmp, backup, final = (key("marts", model, tail) for tail in ("__dbt_tmp", "__dbt_backup", ""))
    source = key("raw", model)
    edges = tuple(Edge(source, tmp, source_column=c.name, target_column=c.name) for c in COLUMNS)
    effects = [
        Effect(Action.CREATE, tmp, produces=COLUMNS),
        Effect(Action.RENAME, final, renamed_to=backup),
        Effect(Action.RENAME, tmp, renamed_to=final),
        Effect(Action.DROP, backup, if_exists=True, cascade=True, kind=AssetKind.TABLE),
    ]
    return [
        _said(n + i, Understanding((effect,), (), edges if i == 0 else (), statements=1, understood=1))
        for i, effect in enumerate(effects)
    ]


def _said(n: int, meaning: Understanding) -> Understood:
    statement = Statement(
        id=f"6750a1.{n}", system="acme", dialect="postgres", text="", started_at=START + timedelta(seconds=n),
        login=f"user{n % 20}", application="psql", session="6750a1", seq=n, outcome=Outcome.DONE,
    )  # fmt: skip
    return Understood(statement, f"fingerprint {n % 400}", "select ? from t where c = ?", meaning)


def page_by_page(store: Store, items: Sequence[Understood]) -> None:
    with store.begin() as tx:
        record_statements(tx, items)


def one_transaction(store: Store, items: Sequence[Understood]) -> None:
    with store.begin() as tx:
        for item in items:
            tx.execute(sa.insert(t.statement), _row(item))


def one_by_one(store: Store, items: Sequence[Understood]) -> None:
    for item in items:
        with store.begin() as tx:
            tx.execute(sa.insert(t.statement), _row(item))


def _row(item: Understood) -> dict[str, object]:
    row = {c.name: getattr(item.statement, c.name, None) for c in t.statement.columns}
    row |= {"system": "plain", "fingerprint": item.fingerprint, "by_machine": False, "outcome": "done"}
    return row


def measure(
    write: Callable[[Store, Sequence[Understood]], None], store: Store, pages: list[list[Understood]]
) -> list[float]:
    """Rows per second of each page."""
    rates = []
    for items in pages:
        began = time.perf_counter()
        write(store, items)
        rates.append(len(items) / (time.perf_counter() - began))
    return rates


def say(what: str, rates: list[float], plain: list[float]) -> None:
    median, ratio = statistics.median(rates), statistics.median(rates) / statistics.median(plain)
    print(f"{what:<36} {median:>9,.0f}  ({min(rates):,.0f} to {max(rates):,.0f})  {ratio:.2f}x")


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--statements", type=int, default=1000, help="in a page")
    options.add_argument("--rounds", type=int, default=7)
    asked = options.parse_args()
    size = asked.statements
    with a_store() as store:
        fresh = [queries(size * n, size) for n in range(asked.rounds + 1)]
        dbt = [swaps(size * (1000 + n), size) for n in range(asked.rounds + 1)]
        alone = [queries(size * (2000 + n), size) for n in range(asked.rounds)]
        page_by_page(store, fresh[0])
        page_by_page(store, dbt[0])
        plain = measure(one_transaction, store, fresh[1:])
        print(f"{size} statements a page, {asked.rounds} rounds: rows/s, median (spread), and against plain INSERTs")
        say("plain INSERTs, one transaction", plain, plain)
        say("plain INSERTs, a transaction each", measure(one_by_one, store, alone), plain)
        say("a page of queries, all of the graph", measure(page_by_page, store, fresh[1:]), plain)
        say("the same pages again", measure(page_by_page, store, fresh[1:]), plain)
        say("a page of dbt's swaps", measure(page_by_page, store, dbt[1:]), plain)


@contextmanager
def a_store() -> Iterator[Store]:
    """An embedded store of its own, gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        cluster = Cluster(Path(directory) / "store")
        with start(cluster) as server:
            store = Store.open(server.url)
            yield store
            store.close()
        erase(cluster)


if __name__ == "__main__":
    main()
