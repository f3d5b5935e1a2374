"""A change is announced, told of, objected to, moved and cancelled: on a real store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lineagebot.commands.request import Asker
from lineagebot.model import Announcement, AnnouncementState, QuietHours
from lineagebot.plain import render
from lineagebot.policy import notice
from lineagebot.reply import Choice, Choices, Destination, Form
from lineagebot.store import announcements, curation, held, listening
from lineagebot.store.engine import Store
from lineagebot.store.outbox import claim
from lineagebot.testing import NOW, key_of
from tests.commands.conftest import reply_to

Said = Callable[..., str]
LINE = 'announce "DROP TABLE marts.revenue" tomorrow 09:00 because nobody needs it'
ANA = {"user": "U0ANA00", "zone": "Europe/Berlin"}


def the_one(store: Store) -> Announcement:
    with store.begin() as tx:
        (found,) = announcements.standing(tx, NOW)
    return found


def told(store: Store) -> list[str]:
    """Channels in which something waits to be said."""
    with store.begin() as tx:
        return sorted(o.where.channel for o in claim(tx, worker="w", now=NOW + timedelta(days=1), limit=50))


WAYS = [
    LINE,
    "announce DROP TABLE marts.revenue tomorrow 09:00 because nobody needs it",
    "announce `DROP TABLE marts.revenue` tomorrow 09:00 because: nobody needs it",
    "announce ```\nDROP TABLE\n marts.revenue;\n``` tomorrow 9am because nobody needs it",
    "announce “DROP TABLE marts.revenue” \"tomorrow 09:00\" because nobody needs it",
    "announce DROP TABLE marts.revenue, for tomorrow 09:00 because nobody needs it",
]  # fmt: skip


@pytest.mark.parametrize("line", WAYS)
def test_it_is_understood_however_it_is_typed(line: str, kept: Said, store: Store) -> None:
    text = kept(line, **ANA)

    assert "Mon 23 Nov 09:00 CET" in text
    found = the_one(store)
    assert (found.name, found.why, found.system) == ("ana", "nobody needs it", "acme")
    assert found.at.isoformat() == "2026-11-23T08:00:00+00:00"
    assert [str(e.target) for e in found.effects] == ["shop.marts.revenue"]


def test_owners_followers_and_readers_are_told_once_each_but_not_who_announces(kept: Said, store: Store) -> None:
    with store.begin() as tx:
        curation.link_handles(tx, "T1", {"#finance": "C0FIN", "ana@acme.example": "U0ANA00"})
        curation.subscribe(tx, "T1", "C0FOLLOW", curation.Subscription(pattern="marts.*"), "ana", NOW)

    assert "Told in 2 places" in kept(LINE, **ANA)
    assert told(store) == ["C0FIN", "C0FOLLOW"]


def test_who_follows_all_upstream_of_something_is_told(kept: Said, store: Store) -> None:
    with store.begin() as tx:
        upstream = curation.Subscription(key_of("marts.quarterly"), upstream=True)
        curation.subscribe(tx, "T1", "C0UP", upstream, "ana", NOW)
    kept('announce "DROP TABLE staging.orders" tomorrow 09:00 because nobody needs it', **ANA)

    assert told(store) == ["#finance", "C0UP"]


def test_a_place_that_is_quiet_hears_of_it_later_unless_it_is_urgent(kept: Said, store: Store) -> None:
    with store.begin() as tx:
        curation.link_handles(tx, "T1", {"#finance": "C0FIN", "ana@acme.example": "U0ANA00"})
        curation.subscribe(tx, "T1", "C0FOLLOW", curation.Subscription(pattern="marts.*"), "ana", NOW)
        # It is Sunday.
        listening.set_quiet(tx, Destination("T1", "C0FIN"), QuietHours("UTC", weekends=True), by="ana", at=NOW)

    said = " ".join(kept(LINE, **ANA).split())
    assert "Told in 1 place: owners, readers and who follows it. 1 place has quiet hours or a pause, and hears" in said
    assert told(store) == ["C0FOLLOW"]
    with store.begin() as tx:
        assert [w.where.channel for w in held.waiting(tx)] == ["C0FIN"]

    urgent = LINE.replace("tomorrow 09:00", "in 2h").replace("DROP", "TRUNCATE")
    assert "Told in 2 places" in kept(urgent, **ANA)


def test_literals_are_neither_kept_nor_shown(kept: Said, store: Store) -> None:
    kept(
        "announce \"DELETE FROM marts.revenue WHERE 1 = 1; DROP TABLE marts.lonely -- 's3cret'\" in 2h because why not"
    )
    kept("announce \"UPDATE marts.revenue SET day = 's3cret'\" in 2h because why not")

    with store.begin() as tx:
        found = announcements.standing(tx, NOW)
    assert len(found) == 2
    assert not any("s3cret" in a.statement + a.message + str(a.effects) for a in found)


REFUSED = [
    ("announce DROP TABLE marts.revenue", "What, when, and why?"),
    ('announce "DROP TABLE marts.revenue" because x', "When? I cannot read"),
    ("announce DROP TABLE marts.revenue because x", "When? For example"),
    ('announce "DROP TABLE marts.revenue" yesterday because x', "When? I cannot read"),
    ('announce "DROP TABLE marts.revenue" 2026-01-01 09:00 because x', "That time is over"),
    ('announce "DROP TABLE marts.revenue" 2027-11-01 09:00 because x', "more than 90 days away"),
    ('announce "SELECT 1" in 2h because x', "nothing in it that is taken away"),
    ('announce "DROP TABLE no.such" in 2h because x', "I know none of the tables"),
    ("announce cancel zzz", "I know no announced change “zzz”"),
    ("announce object", "Which one?"),
]


@pytest.mark.parametrize(("line", "sentence"), REFUSED, ids=[line for line, _ in REFUSED])
def test_what_is_missing_is_said(line: str, sentence: str, kept: Said, store: Store) -> None:
    assert sentence in kept(line)
    with store.begin() as tx:
        assert announcements.standing(tx, NOW) == ()


def test_an_objection_is_shown_and_the_announcer_is_told(kept: Said, store: Store) -> None:
    kept(LINE, **ANA)
    plan = the_one(store)

    assert "ana is told" in kept(f"announce object {plan.id} the board reads it", user="U0BEN00", name="ben")

    after = the_one(store)
    assert [(o.by, o.why) for o in after.objections] == [("ben", "the board reads it")]
    assert "ben: the board reads it" in render(notice.drawn(after))
    assert "U0ANA00" in told(store)


def test_a_move_and_a_cancel_are_the_announcers_or_an_admins(kept: Said, store: Store) -> None:
    kept(LINE, **ANA)
    plan = the_one(store)
    other = {"user": "U0BEN00", "name": "ben"}

    assert "Only ana or an admin may do that" in kept(f"announce move {plan.id} in 3h", **other)
    assert "Moved to Sun 22 Nov 13:40 CET" in kept(f"announce move {plan.id} in 3h", **ANA)
    assert the_one(store).at == NOW + timedelta(hours=3)
    assert "Cancelled: a change of marts.revenue" in kept(f"announce cancel {plan.id}", is_admin=True, **other)
    assert "That is over: cancelled by ben" in kept(f"announce object {plan.id} late", **other)
    with store.begin() as tx:
        over = announcements.get(tx, plan.id)
        acts = [a.act for a in curation.audit_log(tx, 9)]
    assert over is not None
    assert over.state is AnnouncementState.CANCELLED
    assert acts == ["announcement cancelled", "announcement moved", "announce"]


def test_they_are_listed_the_next_one_first(kept: Said) -> None:
    assert "No change is announced." in kept("announce list")
    kept(LINE)
    kept('announce "TRUNCATE marts.lonely" in 2h because x')

    text = kept("announcements")

    assert "2 announced changes" in text or text.index("marts.lonely") < text.index("marts.revenue")
    assert "No change is announced." in kept("announce list", workspace="T2")


def forms(reply_line: str) -> list[Form]:
    blocks = reply_to(reply_line).blocks
    choices = [c for b in blocks if isinstance(b, Choices) for c in b.choices]
    return [c.form for c in choices if isinstance(c, Choice) and c.form is not None]


def test_the_check_offers_it_with_the_very_statement(kept: Said, store: Store) -> None:
    (form,) = forms("DROP TABLE marts.revenue")

    kept(form.command.replace("{when}", '"tomorrow 09:00"').replace("{why}", "nobody needs it\nany more"))

    assert the_one(store).why == "nobody needs it\nany more"


@pytest.mark.parametrize(
    "line", ["check SELECT 1", "check DROP TABLE no.such", "check ALTER TABLE marts.lonely DROP COLUMN {when}"]
)
def test_the_check_offers_it_only_where_it_can_be_done(line: str) -> None:
    assert forms(line) == []


def test_a_terminal_announces_too(kept: Said, store: Store) -> None:
    kept(LINE, workspace="terminal", user="ana")
    kept(f"announce object {the_one(store).id} no", workspace="terminal", user="ben")

    assert "ana" not in told(store)
    assert Asker("T1", "U1").zone is None
