"""What a system says that it reads in another becomes an edge to the asset that is meant, or keeps its reason."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lineagebot.config import MappingFrom, MappingTo, NameMapping
from lineagebot.model import Asset, AssetKey, AssetKind, Column, Edge, EdgeKind, How
from lineagebot.sql.understand import understand
from lineagebot.store.references import FieldRead, Kept, Place, Reference, Unmatched
from lineagebot.sync.match import Answering, Matcher
from lineagebot.sync.proposals import proposals
from lineagebot.testing import MemoryGraph

BOARD = AssetKey("bi", ("Finance", "Revenue"))
#: How each connection says where it leads, and where a system of ours answers.
SHOP = Place("postgres", "DB.internal", None, database="shop", schema="marts")
BQ = Place("bigquery", database="acme-prod")

ACME = Answering("acme", "postgres", (Place("postgres", "db.internal", 5432, database="shop"),), ("shop", "public"))
COPY = Answering("copy", "postgres", (Place("postgres", "db.internal", 5432, database="shop"),), ("shop", "public"))
SNOW = Answering("snow", "snowflake", (Place("snowflake", account="ac-me1"),), ("DW", "PUBLIC"))
BIG = Answering("big", "bigquery", (Place("bigquery"),))


def key(name: str) -> AssetKey:
    system, _, path = name.partition(":")
    return AssetKey(system, tuple(path.split("/")))


LISTED: dict[str, tuple[str, ...]] = {
    "acme:shop/marts/revenue": ("day", "amount", "Region"),
    "acme:shop/public/revenue": ("day",),
    "acme:shop/raw/orders": ("id", "amount", "status"),
    "snow:DW/MARTS/REVENUE": ("DAY", "AMOUNT"),
    "big:acme-prod/marts/revenue": ("day", "amount"),
    "big:acme-prod/logs/events_*": (),
}
GRAPH = MemoryGraph(
    known=tuple(Asset(key(name), AssetKind.TABLE, name) for name in LISTED),
    columns_of={key(name): tuple(Column(c) for c in columns) for name, columns in LISTED.items() if columns},
)


def match(
    *references: Reference,
    answering: Sequence[Answering] = (ACME, SNOW, BIG),
    mappings: Sequence[NameMapping] = (),
    graph: MemoryGraph = GRAPH,
) -> tuple[list[Edge], list[tuple[Unmatched | None, tuple[str, ...]]]]:
    matcher = Matcher(tuple(answering), tuple(sorted(mappings, key=lambda m: -m.conditions)), understand)
    kept = [Kept(n, "bi", one, None, (), tried=False) for n, one in enumerate(references)]
    found = matcher.match(kept, graph)
    return list(found.edges["bi"]), [(v.why, v.missing) for v in found.verdicts]


def name(text: str, place: Place = SHOP, *fields: FieldRead) -> Reference:
    return Reference(BOARD, place, name=text, fields=fields)


def sql(text: str, place: Place = SHOP, *fields: FieldRead) -> Reference:
    return Reference(BOARD, place, sql=text, fields=fields)


def mapping(to: MappingTo, **asked: str) -> NameMapping:
    return NameMapping(**{"from": MappingFrom(**asked), "to": to})  # type: ignore[arg-type]


FOUND = [
    ("the connection's database and schema complete it", name("revenue"), "acme:shop/marts/revenue"),
    ("a schema that is written wins", name("public.revenue"), "acme:shop/public/revenue"),
    ("an unquoted name folds", name("MARTS.Revenue"), "acme:shop/marts/revenue"),
    ("without a schema it is the system's own", name("revenue", Place("postgres", "db.internal", database="shop")),
     "acme:shop/public/revenue"),
    ("Snowflake folds upwards", name("marts.revenue", Place("snowflake", host="AC_ME1.snowflakecomputing.com",
     database="dw")), "snow:DW/MARTS/REVENUE"),
    ("BigQuery's three names in one pair of quotes", name("`acme-prod.marts.revenue`", BQ),
     "big:acme-prod/marts/revenue"),
    ("a date shard is its family", name("logs.events_20261101", BQ), "big:acme-prod/logs/events_*"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "reference", "expected"), FOUND, ids=[case[0] for case in FOUND])
def test_a_whole_name_is_found(why: str, reference: Reference, expected: str) -> None:
    edges, verdicts = match(reference)

    assert [(edge.source, edge.target) for edge in edges] == [(key(expected), BOARD)]
    assert verdicts == [(None, ())]


LOST = [
    ("another host", name("revenue", Place("postgres", "db.elsewhere", database="shop", schema="marts")),
     Unmatched.NOT_CONNECTED, "shop.marts.revenue"),
    ("another port", name("revenue", Place("postgres", "db.internal", 6432, database="shop", schema="marts")),
     Unmatched.NOT_CONNECTED, "shop.marts.revenue"),
    ("another database of the same server", name("revenue", Place("postgres", "db.internal", database="other",
     schema="marts")), Unmatched.NOT_CONNECTED, "other.marts.revenue"),
    ("no host told", name("revenue", Place("postgres", database="shop", schema="marts")), Unmatched.NOT_CONNECTED,
     "shop.marts.revenue"),
    ("no dialect told", name("revenue", Place(host="db.internal")), Unmatched.NOT_CONNECTED, "revenue"),
    ("a bare name that stands in another schema", name("orders"), Unmatched.NOT_LISTED, "shop.marts.orders"),
    ("BigQuery tells cases apart", name("acme-prod.marts.Revenue", BQ), Unmatched.NOT_LISTED,
     "acme-prod.marts.Revenue"),
    ("Liquid", name("{% parameter schema %}.revenue"), Unmatched.TEMPLATE, "{% parameter schema %}.revenue"),
    ("a constant of LookML", name("@{schema}.revenue"), Unmatched.TEMPLATE, "@{schema}.revenue"),
    ("no name", name("select 1"), Unmatched.UNREADABLE, "select 1"),
    ("no SQL", sql("nonsense from from"), Unmatched.UNREADABLE, "SQL of Revenue"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "reference", "reason", "missing"), LOST, ids=[case[0] for case in LOST])
def test_what_is_not_found_keeps_its_reason(why: str, reference: Reference, reason: Unmatched, missing: str) -> None:
    assert match(reference) == ([], [(reason, (missing,))])


def test_two_systems_at_one_address_are_ambiguous_only_where_both_list_it() -> None:
    both = MemoryGraph(known=(*GRAPH.known, Asset(key("copy:shop/marts/revenue"), AssetKind.TABLE, "")))

    assert match(name("revenue"), answering=(ACME, COPY), graph=both)[1] == [
        (Unmatched.AMBIGUOUS, ("shop.marts.revenue",))
    ]
    assert match(name("revenue"), answering=(ACME, COPY))[1] == [(None, ())]


def test_a_field_reaches_the_column_that_it_shows() -> None:
    edges, _ = match(
        name("revenue", SHOP, FieldRead("AMOUNT", "total", How.AGGREGATED), FieldRead("day"), FieldRead("gone", "x"),
             FieldRead('"Region"', "region"))
    )  # fmt: skip

    assert {(e.kind, e.source_column, e.target_column, e.how) for e in edges} == {
        (EdgeKind.FLOW, None, None, None),
        (EdgeKind.FLOW, "amount", "total", How.AGGREGATED),
        (EdgeKind.REFERENCE, "day", None, How.COPIED),
        (EdgeKind.FLOW, "Region", "region", How.COPIED),
    }


def test_custom_sql_is_read_like_a_view() -> None:
    text = """
        with paid as (select id, amount from raw.orders where status = 'paid')
        select r.*, p.amount as paid from revenue r join paid p on p.id = 1;
    """
    edges, verdicts = match(sql(text, SHOP, FieldRead("PAID", "Paid amount")))

    assert verdicts == [(None, ())]
    assert {(e.source.name, e.source_column, e.target_column) for e in edges if e.kind is EdgeKind.FLOW} == {
        ("orders", None, None),
        ("revenue", None, None),
        ("orders", "amount", "Paid amount"),
        ("revenue", "day", "day"),
        ("revenue", "amount", "amount"),
        ("revenue", "Region", "Region"),
    }
    assert {(e.source.name, e.source_column) for e in edges if e.kind is EdgeKind.REFERENCE} >= {("orders", "status")}
    assert {e.target for e in edges} == {BOARD}


def test_custom_sql_keeps_what_was_found_and_says_what_was_not() -> None:
    edges, verdicts = match(sql("select a.x from revenue join elsewhere.a using (day)"))

    assert {edge.source for edge in edges} == {key("acme:shop/marts/revenue")}
    assert verdicts == [(Unmatched.NOT_LISTED, ("shop.elsewhere.a",))]


MAPPED = [
    ("one leading part", mapping(MappingTo(system="big", project="acme-prod"), project="mirror"),
     name("mirror.marts.revenue", Place("bigquery")), "big:acme-prod/marts/revenue"),
    ("inside SQL", mapping(MappingTo(system="big", project="acme-prod"), project="mirror"),
     sql("select * from `mirror.marts.revenue`", Place("bigquery")), "big:acme-prod/marts/revenue"),
    ("a schema too", mapping(MappingTo(system="acme", schema="marts"), database="shop", schema="reporting"),
     name("reporting.revenue"), "acme:shop/marts/revenue"),
    ("a connection that tells nothing", mapping(MappingTo(system="acme", database="shop"), connection="warehouse"),
     name("marts.revenue", Place(connection="warehouse")), "acme:shop/marts/revenue"),
    ("a proxy's host", mapping(MappingTo(system="acme"), host="pooler"),
     name("revenue", Place("postgres", "pooler", 6432, database="shop", schema="marts")), "acme:shop/marts/revenue"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "how", "reference", "expected"), MAPPED, ids=[case[0] for case in MAPPED])
def test_a_configured_mapping_wins(why: str, how: NameMapping, reference: Reference, expected: str) -> None:
    edges, verdicts = match(reference, mappings=[how])

    assert verdicts == [(None, ())]
    assert {edge.source for edge in edges} == {key(expected)}


def test_the_more_particular_mapping_wins() -> None:
    wide = mapping(MappingTo(system="big", project="acme-prod"), project="mirror")
    narrow = mapping(MappingTo(system="big", project="acme-prod", dataset="marts"), project="mirror", dataset="old")

    edges, _ = match(name("mirror.old.revenue", BQ), mappings=[wide, narrow])

    assert [edge.source for edge in edges] == [key("big:acme-prod/marts/revenue")]


def test_a_mapping_is_proposed_where_many_names_would_match_and_only_there() -> None:
    places = [(f"mirror.marts.{table}", Place("bigquery")) for table in ("a", "b", "c", "gone")]
    places += [(f"other.marts.{table}", Place("bigquery")) for table in ("x", "y", "z")]
    kept = [
        Kept(n, "bi", name(text, place), Unmatched.NOT_LISTED, (text,), tried=True)
        for n, (text, place) in enumerate(places)
    ]
    listed = tuple(Asset(AssetKey("big", ("prod", "marts", t)), AssetKind.TABLE, t) for t in ("a", "b", "c"))
    matcher = Matcher((BIG,), (), understand)

    (proposal,) = proposals(kept, MemoryGraph(known=listed), matcher, [AssetKey("big", ("prod",))])

    assert (proposal.would, proposal.names) == (3, 4)
    assert proposal.toml == ('[[mappings]]\nfrom = { project = "mirror" }\nto = { system = "big", project = "prod" }')


def test_sql_with_pieces_that_are_filled_in_later_is_read_around_them() -> None:
    text = "select day, {% parameter measure %} as m from revenue where day > ${since} and {{ filter }} = 1"

    edges, verdicts = match(sql(text))

    assert verdicts == [(None, ())]
    assert {(e.source_column, e.target_column) for e in edges if e.target_column} == {("day", "day")}
    assert match(sql("select * from {% parameter schema %}.revenue"))[1] == [(Unmatched.TEMPLATE, ("SQL of Revenue",))]


def test_bigquery_names_may_begin_with_a_digit_after_a_dot() -> None:
    listed = MemoryGraph(known=(Asset(key("big:acme-prod/marts/4th_tile"), AssetKind.TABLE, ""),))

    assert match(name("acme-prod.marts.4th_tile", BQ), graph=listed)[1] == [(None, ())]
