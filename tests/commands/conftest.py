"""A small company in memory, and the answers to lines about it as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lineagebot.commands.answer import answer
from lineagebot.commands.request import Asker, Request
from lineagebot.commands.services import Services
from lineagebot.graph.reader import GraphReader
from lineagebot.plain import render
from lineagebot.reply import Reply
from lineagebot.sql.understand import understand
from lineagebot.store.engine import Store
from lineagebot.testing import NOW, graph_of

SHOP = graph_of("""
    raw.orders(id int, amount numeric, status text, day date)
    raw.orders(amount) > view:staging.orders(amount); raw.orders(day) > staging.orders(day)
    raw.orders(status) ~> staging.orders
    staging.orders(amount) > marts.revenue(total) > dashboard:Sales/Exec revenue
    staging.orders(day) > marts.revenue(day)
    marts.revenue(day) > marts.by_day(day) > report:Sales/Daily mail
    marts.revenue > marts.quarterly [90d]
    marts.revenue @ana@acme.example +tier1
    dashboard:Sales/Exec revenue @#finance
    ben reads marts.revenue 12 3d; cleo reads marts.revenue(total) 2; etl! reads marts.revenue 300
    cleo reads dashboard:Sales/Exec revenue 7
    schema:marts
    marts.lonely(a int)
    marts.customers(name text); raw.customers(name text) > marts.customers(name)
""")

ASKER = Asker(workspace="T1", user="UANA", name="ana", channel="C1")

Answer = Callable[..., Reply]


class _NoStore:
    """Questions about the graph never touch the store; whoever does is told so at once."""

    def begin(self) -> None:
        raise AssertionError("this answer should not need the store")


def services_of(graph: GraphReader, store: Store | None = None) -> Services:
    return Services(
        store=store if store is not None else _NoStore(),  # type: ignore[arg-type]
        graph=graph,
        dialects={"acme": "postgres"},
        default_paths={"acme": ("shop", "public")},
        understand=understand,
    )


def reply_to(line: str, graph: GraphReader = SHOP, store: Store | None = None, asker: Asker = ASKER) -> Reply:
    return answer(Request(line, asker, NOW), services_of(graph, store))


def text_of(line: str, graph: GraphReader = SHOP, store: Store | None = None, asker: Asker = ASKER) -> str:
    return render(reply_to(line, graph, store, asker))


@pytest.fixture
def kept(store: Store) -> Callable[..., str]:
    """Answers that may write, as text, on a real store."""

    def said(line: str, **asker: object) -> str:
        return text_of(line, store=store, asker=replace(ASKER, **asker))  # type: ignore[arg-type]

    return said
