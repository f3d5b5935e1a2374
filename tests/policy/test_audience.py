"""Who must know, each place once and with the reason; readers only where they were asked for."""

from __future__ import annotations

from lineagebot.graph.impact import impact
from lineagebot.model import Action, Effect, Person
from lineagebot.policy.audience import MOST_READERS, UNOWNED, fed_by, recipients
from lineagebot.testing import NOW, graph_of, key_of

GRAPH = graph_of("""
    raw.orders(id) > staging.orders(id) > marts.revenue(id) > dashboard:Exec
    raw.orders > marts.other
    marts.revenue @ana@acme.test
""")
IDS = {"#alerts": "C0ADMIN", "ana@acme.test": "U0ANA", "cleo@acme.test": "U0CLEO"}


def reader(email: str | None) -> Person:
    return Person(id=email or "nobody", name="Cleo", email=email, logins=())


def heard(asset: str, *readers: Person) -> list[tuple[str, str]]:
    found = impact(GRAPH, (Effect(Action.DROP, key_of(asset)),), today=NOW.date(), before=NOW)
    told = recipients(found, (), workspace="T1", fallback="#alerts", slack_ids=IDS, readers=readers)
    return [(r.where.channel, r.why) for r in told]


def test_readers_are_told_by_themselves_where_slack_knows_them() -> None:
    assert heard("marts.revenue", reader("cleo@acme.test"), reader("x@acme.test"), reader(None)) == [
        ("U0ANA", "Ana owns shop.marts.revenue"),
        ("U0CLEO", "you read it lately"),
    ]


def test_an_owner_who_reads_it_hears_once() -> None:
    assert [channel for channel, _ in heard("marts.revenue", reader("ana@acme.test"))] == ["U0ANA"]


def test_a_reader_is_no_owner_so_the_fallback_channel_hears_too() -> None:
    assert heard("marts.other", reader("cleo@acme.test")) == [("C0ADMIN", UNOWNED), ("U0CLEO", "you read it lately")]


def test_a_crowd_of_readers_is_not_told_one_by_one() -> None:
    crowd = [reader(f"x{n}@acme.test") for n in range(MOST_READERS)]

    assert heard("marts.other", *crowd, reader("cleo@acme.test")) == [("C0ADMIN", UNOWNED)]


def test_all_that_is_built_from_it_is_fed_by_it() -> None:
    fed = fed_by(GRAPH, [key_of("staging.orders")], before=NOW)

    assert sorted(key.path[-1] for key in fed) == ["Exec", "revenue"]
