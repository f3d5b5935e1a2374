"""What people said: kept apart from what sources declare, audited, and carried from store to store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lineagebot.errors import BadRequest
from lineagebot.graph.reader import Direction
from lineagebot.model import AssetKey, Digest, Owner, OwnerKind, QuietHours, Severity
from lineagebot.reply import Destination
from lineagebot.store import curation, listening, portable
from lineagebot.store.curation import Subscription
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.portable import Loaded

from .said import Say, key, take_in

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANNA = Owner(OwnerKind.PERSON, "anna@acme.test", "Anna")
TEAM = Owner(OwnerKind.CHANNEL, "#finance", "#finance")
DASHBOARD = AssetKey("bi", ("Finanzen", "Umsatz: „Exec“ 🔥"))


def subscribe(store: Store, what: Subscription, channel: str = "C1", workspace: str = "T1") -> bool:
    with store.begin() as tx:
        return curation.subscribe(tx, workspace, channel, what, "U1", NOW)


def test_owners_and_tags_keep_their_order_and_replace_each_other(store: Store, say: Say) -> None:
    graph = take_in(store, say(reads=("marts.a",)))
    for owners in ([ANNA, TEAM], [TEAM, ANNA]):
        with store.begin() as tx:
            curation.set_owners(tx, key("marts.a"), owners, by="U1", at=NOW)
            curation.set_tags(tx, key("marts.a"), [o.name for o in owners], by="U1", at=NOW)
        assert graph.owners([key("marts.a")]) == {key("marts.a"): tuple(owners)}
        assert graph.tags([key("marts.a")]) == {key("marts.a"): tuple(o.name for o in owners)}


def test_a_name_that_no_source_knows_is_kept_unseen_until_it_appears(store: Store, say: Say) -> None:
    graph = PostgresGraph(store)
    with store.begin() as tx:
        curation.set_owners(tx, key("marts.future"), [ANNA], by="U1", at=NOW)
    assert graph.assets([key("marts.future")]) == {}
    assert graph.search("future").assets == ()
    take_in(store, say(reads=("marts.future",)))
    assert [a.key for a in graph.search("future").assets] == [key("marts.future")]
    assert graph.owners([key("marts.future")]) == {key("marts.future"): (ANNA,)}


def test_every_change_is_audited(store: Store) -> None:
    what = Subscription(pattern="marts.*")
    with store.begin() as tx:
        curation.set_owners(tx, key("marts.a"), [ANNA, TEAM], by="U1", at=NOW, workspace="T1")
        curation.set_tags(tx, key("marts.a"), [], by="U2", at=NOW, workspace="T2")
        curation.subscribe(tx, "T1", "C1", what, "U1", NOW)
        curation.unsubscribe(tx, "T1", "C1", what, "U1", NOW)
        curation.declare_edge(tx, key("marts.a"), DASHBOARD, by="U1", at=NOW)
        curation.remove_edge(tx, key("marts.a"), DASHBOARD, by="U1", at=NOW)
        log = curation.audit_log(tx)
        assert [(a.by, a.act, a.subject, a.detail) for a in reversed(log)] == [
            ("U1", "set owners", "shop.marts.a", "Anna (anna@acme.test), #finance"),
            ("U2", "set tags", "shop.marts.a", "none"),
            ("U1", "subscribe", "marts.*", "C1"),
            ("U1", "unsubscribe", "marts.*", "C1"),
            ("U1", "draw edge", "shop.marts.a", str(DASHBOARD)),
            ("U1", "remove edge", "shop.marts.a", str(DASHBOARD)),
        ]
        assert [a.by for a in curation.audit_log(tx, workspace="T2")] == ["U2"]
        assert len(curation.audit_log(tx, 2)) == 2


def test_a_channel_subscribes_once_and_unsubscribes_once(store: Store) -> None:
    for what in (Subscription(key("marts.a")), Subscription(pattern="marts.*")):
        assert [subscribe(store, what), subscribe(store, what)] == [True, False]
        assert subscribe(store, what, workspace="T2")
        with store.begin() as tx:
            done = [curation.unsubscribe(tx, "T1", "C1", what, "U1", NOW) for _ in range(2)]
            assert done == [True, False]
            assert [s.where.workspace for s in curation.subscriptions(tx)][-1] == "T2"
            assert curation.subscriptions(tx, workspace="T1") == ()


@pytest.mark.parametrize("what", [Subscription(), Subscription(key("a.b"), "x")])
def test_a_subscription_is_to_one_thing(store: Store, what: Subscription) -> None:
    with pytest.raises(BadRequest, match="subscribe to a name or to a pattern"):
        subscribe(store, what)


HEARS = {
    "the name itself": (Subscription(key("marts.revenue")), True),
    "another name": (Subscription(key("marts.rev")), False),
    "the schema it lies in": (Subscription(key("marts")), True),
    "the database": (Subscription(AssetKey("acme", ("shop",))), True),
    "another system's schema": (Subscription(AssetKey("other", ("shop", "marts"))), False),
    "a pattern of the schema": (Subscription(pattern="marts.*"), True),
    "a pattern of the whole path": (Subscription(pattern="shop.marts.*"), True),
    "a pattern of the name, whatever the case": (Subscription(pattern="REV*"), True),
    "a pattern inside the name": (Subscription(pattern="*even*"), True),
    "a pattern of another schema": (Subscription(pattern="staging.*"), False),
    "one of its tags": (Subscription(pattern="tag:Tier1"), True),
    "a pattern of tags": (Subscription(pattern="tag:t*"), True),
    "another tag": (Subscription(pattern="tag:pii"), False),
}


@pytest.mark.parametrize(("what", "hears"), HEARS.values(), ids=HEARS)
def test_who_hears_of_it(store: Store, what: Subscription, hears: bool) -> None:
    subscribe(store, what)
    with store.begin() as tx:
        curation.set_tags(tx, key("marts.revenue"), ["tier1"], by="U1", at=NOW)
        found = curation.subscribers(tx, [key("marts.revenue"), key("raw.orders")])
        assert found == (((Destination("T1", "C1"), what),) if hears else ())


def test_an_edge_drawn_by_hand_stands_until_it_is_taken_back(store: Store, say: Say) -> None:
    graph = take_in(store, say(reads=("marts.a", "marts.b")))
    with store.begin() as tx:
        curation.declare_edge(tx, key("marts.a"), key("marts.b"), by="U1", at=NOW)
        assert curation.manual_edges(tx) == ((key("marts.a"), key("marts.b")),)
    assert graph.closure([key("marts.a")], Direction.DOWNSTREAM).keys == (key("marts.b"),)
    with store.begin() as tx:
        removed = [curation.remove_edge(tx, key("marts.a"), key("marts.b"), by="U1", at=NOW) for _ in range(2)]
        assert (removed, curation.manual_edges(tx)) == ([True, False], ())
    assert graph.closure([key("marts.a")], Direction.DOWNSTREAM).keys == ()


def test_who_is_meant_by_an_email_or_a_channel_name(store: Store) -> None:
    with store.begin() as tx:
        curation.link_person(tx, "Anna@acme.test", "T1", "U1")
        curation.link_handles(tx, "T1", {"#finance": "C7", "ben@acme.test": "U2"})
        curation.link_handles(tx, "T1", {"anna@acme.test": "U9"})
        curation.link_handles(tx, "T1", {})
        asked = ["ANNA@acme.test", "#finance", "nobody@acme.test"]
        assert curation.slack_ids(tx, "T1", asked) == {"ANNA@acme.test": "U9", "#finance": "C7"}
        assert curation.slack_ids(tx, "T2", asked) == {}
        assert curation.slack_ids(tx, "T1", []) == {}


def curated(store: Store) -> None:
    with store.begin() as tx:
        curation.set_owners(tx, key("marts.a"), [TEAM, ANNA], by="U1", at=NOW)
        curation.set_tags(tx, key("marts.a"), ["tier1", "yes", "12"], by="U1", at=NOW)
        curation.set_owners(tx, DASHBOARD, [ANNA], by="U1", at=NOW)
        curation.subscribe(tx, "T1", "C1", Subscription(DASHBOARD), "U1", NOW)
        curation.subscribe(tx, "T1", "C2", Subscription(pattern="tag:*"), "U1", NOW)
        curation.declare_edge(tx, key("marts.a"), DASHBOARD, by="U1", at=NOW)
        night = QuietHours("Europe/Berlin", 1200, 480, weekends=True, but=Severity.HIGH)
        listening.set_quiet(tx, Destination("T1", "U9"), night, by="U1", at=NOW, dm="D9")
        listening.set_digest(tx, Destination("T1", "C1"), Digest("UTC", 540, 0), by="U1", at=NOW)


def test_what_people_said_goes_into_an_empty_store_and_comes_out_the_same(
    store: Store, other_store: Store, say: Say
) -> None:
    take_in(store, say(reads=("marts.a",)))
    curated(store)
    with store.begin() as tx:
        text = portable.dump(tx)
    with other_store.begin() as tx:
        assert portable.load(tx, text, at=NOW) == Loaded(owners=2, tags=1, subscriptions=2, edges=1, hours=2)
        assert portable.dump(tx) == text
        assert portable.load(tx, text, at=NOW) == Loaded(owners=2, tags=1, subscriptions=0, edges=1, hours=2)
        assert portable.dump(tx) == text
    graph = take_in(other_store, say(reads=("marts.a",)))
    assert graph.owners([key("marts.a")]) == {key("marts.a"): (TEAM, ANNA)}
    assert graph.tags([key("marts.a")]) == {key("marts.a"): ("tier1", "yes", "12")}


def test_an_empty_store_is_an_empty_file(store: Store) -> None:
    with store.begin() as tx:
        assert portable.load(tx, portable.dump(tx)) == Loaded()


BAD_FILES = {
    "not YAML": ("{", "the file is not YAML"),
    "nothing": ("", "the file is no export of lineagebot"),
    "another file": ("a: 1", "the file is no export of lineagebot"),
    "a list": ("[]", "the file is no export of lineagebot"),
    "a newer version": ("lineagebot: 99", "the file is of version 99, this lineagebot reads 1"),
    "hours of another day": (
        "lineagebot: 1\nhours: [{workspace: T1, channel: C1, digest: {zone: UTC, at: 1500}}]",
        r"hours\[1\] has quiet hours or a digest that cannot be read",
    ),
    "assets that are no list": ("lineagebot: 1\nassets: 7", "assets is not a list"),
    "an asset that is a word": ("lineagebot: 1\nassets: [a]", r"assets\[1\] is not a mapping"),
    "an asset without a system": ("lineagebot: 1\nassets: [{path: [a]}]", r"assets\[1\] needs system"),
    "an asset without a path": ("lineagebot: 1\nassets: [{system: a}]", r"assets\[1\].path is not a list of names"),
    "an owner of no kind": (
        "lineagebot: 1\nassets: [{system: a, path: [b], owners: [{kind: cat, id: x}]}]",
        r"assets\[1\].owners: kind is person, channel or group",
    ),
    "an owner without an id": (
        "lineagebot: 1\nassets: [{system: a, path: [b], owners: [{kind: person}]}]",
        r"assets\[1\] needs id",
    ),
    "a subscription without a channel": (
        "lineagebot: 1\nsubscriptions: [{workspace: T, pattern: x}]",
        r"subscriptions\[1\] needs channel",
    ),
    "a time that is none": (
        "lineagebot: 1\nsubscriptions: [{workspace: T, channel: C, pattern: x, at: soon}]",
        r"subscriptions\[1\].at is not a time",
    ),
    "an edge without an end": (
        "lineagebot: 1\nedges: [{source: {system: a, path: [b]}}]",
        r"edges\[1\].target needs system and path",
    ),
}


@pytest.mark.parametrize(("text", "says"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_cannot_be_read_is_one_sentence(store: Store, text: str, says: str) -> None:
    with pytest.raises(BadRequest, match=says), store.begin() as tx:
        portable.load(tx, text)
