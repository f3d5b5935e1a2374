"""`quiet hours`, `digest` and `mine`: said in many ways, shown, asked back, refused and undone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lineagebot.model import Digest, Listening, QuietHours, Severity
from lineagebot.store import curation, listening
from lineagebot.store.engine import Store

Said = Callable[..., str]

BERLIN = "Europe/Berlin"
NIGHT = QuietHours(BERLIN, 20 * 60, 8 * 60)


def rule(store: Store, channel: str = "C1") -> Listening:
    with store.begin() as tx:
        return listening.at_place(tx, "T1", channel)


QUIET = {
    "quiet hours 20:00-08:00": NIGHT,
    "quiet hours 20:00–08:00 Berlin": NIGHT,
    "Quiet hours from 8pm to 8 am europe/berlin": NIGHT,
    "quiet-hours 20-8": NIGHT,
    "quiet hours 20:00 08:00": NIGHT,
    "quiet hours 20:00-24:00 New York": QuietHours("America/New_York", 20 * 60, 0),
    "quiet hours 22:30-07:15 weekends utc": QuietHours("UTC", 22 * 60 + 30, 7 * 60 + 15, weekends=True),
    "quiet hours 20:00-08:00 and weekends": QuietHours(BERLIN, 20 * 60, 8 * 60, weekends=True),
    "quiet hours --weekends": QuietHours(BERLIN, weekends=True),
    "quiet hours weekends except high": QuietHours(BERLIN, weekends=True, but=Severity.HIGH),
    "quiet hours 20:00-08:00 --except medium": QuietHours(BERLIN, 20 * 60, 8 * 60, but=Severity.MEDIUM),
}


def test_quiet_hours_are_understood_however_they_are_typed(kept: Said, store: Store) -> None:
    understood, again = {}, {}
    for line, quiet in QUIET.items():
        text = kept(line, zone=BERLIN)
        assert "This channel has quiet hours" in text
        assert "ana said so." in text
        understood[line] = rule(store).quiet
        kept(f"quiet hours {quiet}", zone="Asia/Tokyo")
        again[line] = rule(store).quiet

    assert understood == QUIET
    assert again == QUIET, "its own spelling is understood, whoever types it"


DIGESTS = {
    "digest daily 09:00": Digest(BERLIN, 9 * 60),
    "digest daily": Digest(BERLIN, 9 * 60),
    "digest every day at 8": Digest(BERLIN, 8 * 60),
    "digest daily 9:30pm Tokyo": Digest("Asia/Tokyo", 21 * 60 + 30),
    "digest weekly": Digest(BERLIN, 9 * 60, 0),
    "digest weekly friday 16:00 UTC below critical": Digest("UTC", 16 * 60, 4, Severity.CRITICAL),
    "digest mondays 09:00 --below medium": Digest(BERLIN, 9 * 60, 0, Severity.MEDIUM),
    "digest daily 09:00 always": Digest(BERLIN, 9 * 60, empty=True),
}


def test_a_digest_is_understood_however_it_is_typed(kept: Said, store: Store) -> None:
    understood, again = {}, {}
    for line, digest in DIGESTS.items():
        assert "This channel has a digest" in kept(line, zone=BERLIN)
        understood[line] = rule(store).digest
        kept(f"digest {digest}", zone="Asia/Tokyo")
        again[line] = rule(store).digest

    assert understood == DIGESTS
    assert again == DIGESTS, "its own spelling is understood, whoever types it"


REFUSED = {
    "quiet hours at night": "From when to when?",
    "quiet hours 20:00-20:00": "would be the whole day",
    "quiet hours 25:00-08:00": "is no time of day",
    "quiet hours 20:00-08:00 Xyzzy": "I know no time zone “Xyzzy”. Name it like Europe/Berlin",
    "quiet hours 20:00-08:00 Europe/Berln": "Did you mean Europe/Berlin",
    "quiet hours 20:00-08:00 PST": "Did you mean America/Los_Angeles?",
    "quiet hours 20:00-08:00 --except loud": "--except wants one of critical, high, medium, low",
    "quiet hours 20:00-08:00 #finance": "Say it in that channel itself",
    "digest 09:00": "Daily or weekly?",
    "digest daily 29:00": "is no time of day",
    "digest daily 09:00 --below low": "--below wants one of critical, high, medium",
    "digest daily 09:00 Berln": "Did you mean Europe/Berlin",
}


def test_what_cannot_be_read_is_asked_back_in_one_sentence(kept: Said, store: Store) -> None:
    for line, sentence in REFUSED.items():
        assert sentence in " ".join(kept(line).split())
    assert rule(store) == Listening()


def test_a_zone_that_is_asked_back_is_one_press_away(kept: Said, store: Store) -> None:
    text = kept("quiet hours 20:00-08:00 weekends CET except high")
    (line,) = re.findall(r"\[Europe/Berlin\]  (.*)", text)
    kept(line)

    assert rule(store).quiet == QuietHours(BERLIN, 20 * 60, 8 * 60, weekends=True, but=Severity.HIGH)


def undo(text: str) -> str:
    (line,) = re.findall(r"\[Undo\]  (.*)", text)
    return str(line)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("quiet hours 20:00-08:00", "quiet hours weekends except low"),
        ("digest daily 09:00", "digest weekly friday 16:00"),
    ],
)
def test_each_of_them_is_undone_step_by_step(first: str, second: str, kept: Said, store: Store) -> None:
    to_nothing = undo(kept(first))
    one = rule(store)
    to_first = undo(kept(second))
    off = kept(f"{first.split(' ')[0]}{' hours' if 'hours' in first else ''} off")
    assert rule(store).quiet is rule(store).digest is None

    kept(undo(off))
    kept(to_first)
    assert (rule(store).quiet, rule(store).digest) == (one.quiet, one.digest)
    kept(to_nothing)
    assert rule(store).quiet is rule(store).digest is None


def test_in_direct_messages_it_is_the_persons_by_either_name_of_the_place(kept: Said, store: Store) -> None:
    dm = {"user": "U0ANNA", "channel": "D0ANNA", "in_dm": True, "zone": BERLIN}
    assert "You have quiet hours from 20:00 to 08:00 (Europe/Berlin)" in kept("quiet hours 20:00-08:00", **dm)
    assert rule(store, "U0ANNA").quiet == rule(store, "D0ANNA").quiet == NIGHT
    assert rule(store, "C1").quiet is None

    assert "You have no quiet hours any more" in kept("quiet hours off --me", user="U0ANNA")
    assert rule(store, "D0ANNA").quiet is None


def test_at_a_terminal_the_place_is_named(kept: Said, store: Store) -> None:
    with store.begin() as tx:
        curation.link_handles(tx, "T1", {"#finance": "C1", "ana@acme.test": "U0ANA"})
    there = {"workspace": "terminal", "channel": "", "user": "root"}
    assert "#finance has quiet hours from 20:00 to 08:00 (Europe/Berlin)" in kept(
        "quiet hours 20-8 Berlin #finance", **there
    )
    assert rule(store).quiet == NIGHT
    assert "ana@acme.test has a digest" in kept("digest daily 09:00 UTC ana@acme.test", **there)
    assert rule(store, "U0ANA").digest == Digest("UTC", 9 * 60)
    assert "Quiet hours: from 20:00" in kept("mine #finance", **there)
    kept(undo(kept("quiet hours off #finance", **there)), **there)
    assert rule(store).quiet == NIGHT

    assert "At a terminal name a channel or a person" in kept("quiet hours 20:00-08:00", **there)
    assert "I do not know #nowhere in Slack" in kept("digest off #nowhere", **there)


def test_who_did_what_is_written_down(kept: Said, store: Store) -> None:
    kept("quiet hours 20:00-08:00 Berlin")
    kept("digest daily 09:00 Berlin")
    kept("quiet hours off")

    with store.begin() as tx:
        log = [(a.by, a.act, a.subject, a.detail) for a in reversed(curation.audit_log(tx))]
    assert log == [
        ("UANA", "quiet hours", "C1", "20:00-08:00 Europe/Berlin"),
        ("UANA", "digest", "C1", "daily 09:00 Europe/Berlin"),
        ("UANA", "quiet hours", "C1", "off"),
    ]


def test_they_are_shown_by_their_words_and_by_mine(kept: Said) -> None:
    assert "This channel has no quiet hours." in kept("quiet hours")
    assert "This channel has no digest" in kept("digest")
    kept("quiet hours 20:00-08:00 Tokyo")
    kept("digest daily 09:00 Tokyo below medium")
    kept("subscribe marts.*")
    kept("pause 2h")

    assert "By that clock it is Sun 18:40 now: alerts are heard." in kept("quiet hours")
    assert "Nothing is gathered for it so far. The next one: Mon 23 Nov 09:00 JST" in " ".join(kept("digest").split())
    shown = " ".join(kept("mine").split())
    assert "Quiet hours: from 20:00 to 08:00 (Asia/Tokyo), except critical" in shown
    assert "Digest: daily at 09:00 (Asia/Tokyo), below medium" in shown
    assert "Paused: all alerts, by ana" in shown
    assert "marts.*" in shown
