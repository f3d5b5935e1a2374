"""What is to be said: claimed once, in order within a channel, never lost with a worker, never sent by two."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lineagebot.errors import BadRequest
from lineagebot.model import Alert, AlertState, AssetKey, Severity
from lineagebot.reply import Destination, Heading, Mention, Paragraph, Reply
from lineagebot.store import alerts, curation, outbox
from lineagebot.store.engine import Store
from lineagebot.store.outbox import Outgoing

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DATA = Destination("T1", "C-data")
OPS = Destination("T1", "C-ops")
HELLO = Reply("hello", (Heading("Hello"), Paragraph(("to ", Mention("Anna", "U1")))))


def put(store: Store, key: str, where: Destination = DATA, **more: object) -> None:
    with store.begin() as tx:
        outbox.enqueue(tx, "reply", key, where, reply=HELLO, at=NOW, **more)  # type: ignore[arg-type]


def claim(store: Store, *, seconds: float = 0, worker: str = "w", limit: int = 10) -> tuple[Outgoing, ...]:
    with store.begin() as tx:
        return outbox.claim(tx, worker=worker, now=NOW + timedelta(seconds=seconds), limit=limit)


def say_sent(store: Store, row: Outgoing, message: str = "1.1") -> None:
    with store.begin() as tx:
        outbox.sent(tx, row.id, message, NOW)


def test_what_is_claimed_is_what_was_put_in(store: Store) -> None:
    put(store, "a", Destination("T1", "C1", "99.1"))
    (row,) = claim(store)
    assert (row.kind, row.key, row.where, row.reply, row.attempts, row.maybe_sent) == (
        "reply", "a", Destination("T1", "C1", "99.1"), HELLO, 1, False,
    )  # fmt: skip
    assert claim(store, worker="other") == ()


def test_the_same_key_is_said_once(store: Store) -> None:
    put(store, "a")
    put(store, "a", OPS)
    assert len(claim(store)) == 1


def test_a_channel_hears_things_in_order(store: Store) -> None:
    for name in "abc":
        put(store, name)
    put(store, "x", OPS)
    assert [row.key for row in claim(store)] == ["a", "x"]
    assert claim(store) == ()
    with store.begin() as tx:
        outbox.sent(tx, 1, "1.1", NOW)
    assert [row.key for row in claim(store)] == ["b"]


def test_the_same_channel_name_in_two_workspaces_is_two_channels(store: Store) -> None:
    put(store, "a", Destination("T1", "C1"))
    put(store, "b", Destination("T2", "C1"))
    assert [row.key for row in claim(store)] == ["a", "b"]


def test_a_row_whose_worker_died_comes_back_as_maybe_sent(store: Store) -> None:
    put(store, "a")
    (first,) = claim(store)
    assert claim(store, seconds=29) == ()
    (again,) = claim(store, seconds=31, worker="other")
    assert (again.id, again.maybe_sent, again.attempts) == (first.id, True, 2)


def test_what_is_put_off_holds_its_channel_and_no_other(store: Store) -> None:
    put(store, "a")
    put(store, "b")
    put(store, "x", OPS)
    first, other = claim(store)
    with store.begin() as tx:
        outbox.later(tx, first.id, at=NOW + timedelta(seconds=5), error="rate limited", maybe_sent=False)
    say_sent(store, other)
    assert claim(store, seconds=4) == ()
    (again,) = claim(store, seconds=5)
    assert (again.key, again.maybe_sent) == ("a", False)
    with store.begin() as tx:
        outbox.later(tx, again.id, at=NOW, error="no answer", maybe_sent=True)
    assert claim(store)[0].maybe_sent is True


def test_what_is_given_up_frees_its_channel(store: Store) -> None:
    put(store, "a")
    put(store, "b")
    with store.begin() as tx:
        outbox.give_up(tx, claim(store)[0].id, "channel is archived")
    assert [row.key for row in claim(store)] == ["b"]
    with store.begin() as tx:
        assert [(row.key, why) for row, why in outbox.dead(tx)] == [("a", "channel is archived")]


def test_the_backlog_says_how_many_and_since_when(store: Store) -> None:
    with store.begin() as tx:
        assert outbox.backlog(tx) == (0, None)
    put(store, "a")
    put(store, "b")
    claim(store)
    with store.begin() as tx:
        assert outbox.backlog(tx) == (2, NOW)


def test_many_workers_send_everything_once_and_in_order(store: Store) -> None:
    channels = [Destination("T1", f"C{n}") for n in range(7)]
    for n in range(140):
        put(store, f"{n:03}", channels[n % 7])
    said: list[tuple[str, str]] = []
    lock = threading.Lock()

    def work(worker: str) -> None:
        while rows := claim(store, worker=worker, limit=3) or _unsent(store):
            for row in rows if isinstance(rows, tuple) else ():
                with lock:
                    said.append((row.where.channel, row.key))
                say_sent(store, row)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "wxyz"))
    assert sorted(key for _, key in said) == [f"{n:03}" for n in range(140)]
    for where in channels:
        keys = [key for channel, key in said if channel == where.channel]
        assert keys == sorted(keys)


def _unsent(store: Store) -> int:
    with store.begin() as tx:
        return outbox.backlog(tx)[0]


def alert(name: str = "a1", **more: object) -> Alert:
    return Alert(
        id=name, key=f"key of {name}", system="acme", asset=AssetKey("acme", ("shop", "marts", "revenue")),
        kind="drop_table", severity=Severity.HIGH, headline="ben dropped marts.revenue", message="{}",
        happened_at=NOW, raised_at=NOW, columns=("a", "b"), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def raise_one(store: Store, one: Alert, *places: Destination) -> bool:
    with store.begin() as tx:
        return alerts.raise_alert(tx, one, places)


def test_an_alert_comes_back_as_it_went_in_and_is_raised_once(store: Store) -> None:
    assert raise_one(store, alert(), DATA, OPS, DATA)
    assert not raise_one(store, alert(), DATA)
    with store.begin() as tx:
        assert alerts.get(tx, "a1") == alerts.by_key(tx, "key of a1") == alert()
        assert alerts.get(tx, "no such") is None
        assert [(p.workspace, p.channel) for p in alerts.posts(tx, "a1")] == [("T1", "C-data"), ("T1", "C-ops")]
    assert [(row.kind, row.alert_id, row.where) for row in claim(store)] == [("post", "a1", DATA), ("post", "a1", OPS)]


def test_two_that_find_the_same_fact_at_once_raise_one_alert(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        raised = list(pool.map(lambda _: raise_one(store, alert(), DATA), range(8)))
    assert raised.count(True) == 1
    assert len(claim(store)) == 1


def change(store: Store, state: AlertState, **more: object) -> Alert:
    with store.begin() as tx:
        return alerts.change(tx, "a1", state=state, by="U1", at=NOW, **more)  # type: ignore[arg-type]


def test_a_change_is_audited_and_redraws_every_post_and_tells_its_thread(store: Store) -> None:
    raise_one(store, alert(), DATA, OPS)
    for row in claim(store):
        say_sent(store, row, f"ts of {row.where.channel}")
    changed = change(store, AlertState.ACKNOWLEDGED, line="Anna looks into it")
    assert (changed.state, changed.acted_by, changed.version) == (AlertState.ACKNOWLEDGED, "U1", 2)
    updates = claim(store)
    assert [(row.kind, row.where.channel, row.reply) for row in updates] == [
        ("update", "C-data", None),
        ("update", "C-ops", None),
    ]
    with store.begin() as tx:
        assert [post.message for post in alerts.posts(tx, "a1")] == ["ts of C-data", "ts of C-ops"]
        outbox.sent(tx, updates[0].id, None, NOW, drawn_version=2)
        assert alerts.posts(tx, "a1")[0].drawn_version == 2
        (written,) = curation.audit_log(tx)
        assert (written.workspace, written.by, written.act, written.subject) == ("T1", "U1", "alert acknowledged", "a1")
    (line,) = claim(store)
    assert (line.kind, line.reply and line.reply.summary) == ("line", "Anna looks into it")


def test_updates_that_wait_for_the_same_post_become_one(store: Store) -> None:
    raise_one(store, alert(), DATA)
    say_sent(store, claim(store)[0])
    for _ in range(5):
        with store.begin() as tx:
            alerts.bump(tx, "a1", NOW)
    (update,) = claim(store)
    with store.begin() as tx:
        alerts.bump(tx, "a1", NOW)
        found = alerts.get(tx, "a1")
    assert found is not None
    assert (found.count, found.version) == (7, 7)
    say_sent(store, update)
    assert [row.kind for row in claim(store)] == ["update"]


def test_a_click_on_an_old_drawing_is_answered_not_obeyed(store: Store) -> None:
    raise_one(store, alert(), DATA)
    change(store, AlertState.ACKNOWLEDGED, seen_version=1)
    with pytest.raises(BadRequest, match="alert a1 is acknowledged already by U1"):
        change(store, AlertState.RESOLVED, seen_version=1)
    assert change(store, AlertState.RESOLVED, seen_version=2).state is AlertState.RESOLVED


def test_an_alert_that_is_not_there_is_a_sentence(store: Store) -> None:
    with pytest.raises(BadRequest, match="there is no alert a1; `alerts` lists them"):
        change(store, AlertState.RESOLVED)


def test_what_hangs_on_a_post_that_was_never_made_dies_with_it(store: Store) -> None:
    raise_one(store, alert(), DATA)
    (post,) = claim(store)
    change(store, AlertState.ACKNOWLEDGED, line="seen")
    with store.begin() as tx:
        outbox.give_up(tx, post.id, "not in channel")
        assert outbox.backlog(tx) == (0, None)


def test_snoozes_wake_when_they_are_due(store: Store) -> None:
    raise_one(store, alert(), DATA)
    change(store, AlertState.SNOOZED, until=NOW + timedelta(hours=1))
    with store.begin() as tx:
        assert alerts.due_snoozes(tx, NOW) == ()
        assert [a.id for a in alerts.due_snoozes(tx, NOW + timedelta(hours=1))] == ["a1"]


def test_open_alerts_and_recent_ones(store: Store) -> None:
    raise_one(store, alert("a1"), DATA)
    raise_one(store, alert("a2", login="ben"))
    change(store, AlertState.RESOLVED)
    with store.begin() as tx:
        assert [a.id for a in alerts.find_open(tx)] == ["a2"]
        assert [a.id for a in alerts.find_open(tx, system="acme")] == ["a2"]
        assert alerts.find_open(tx, system="other") == ()
        assert [a.id for a in alerts.recent(tx)] == ["a1", "a2"]
        assert [a.id for a in alerts.recent(tx, limit=1)] == ["a1"]
