"""HTTP sources: what passes is tried again, what a person must mend is said, and nothing secret is in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import httpx
import pytest

from lineagebot.errors import SourceDenied, SourceTrouble, SourceUnreachable, SourceUnreadable
from lineagebot.sync.http import Budget, Http, NotThere, Patience, by_offset, by_token, retry_after, told

Answer = httpx.Response | Exception
SECRET = "s3cret"


def asked(*answers: Answer, tries: int = 3, budget: Budget | None = None) -> tuple[Callable[[], object], list[float]]:
    """What asking once comes to where the server answers so, and how long was waited in between."""
    left, waited = list(answers), list[float]()

    def handle(request: httpx.Request) -> httpx.Response:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = Http(
        "bi",
        "https://bi.test/api",
        headers={"Authorization": SECRET},
        renew="set BI_TOKEN anew",
        budget=budget,
        patience=Patience(tries, waited.append, lambda: 1.0),
        transport=httpx.MockTransport(handle),
    )
    return lambda: http.get("things", needs="grant it see_things", secret=SECRET), waited


OK = httpx.Response(200, json=[1])


@pytest.mark.parametrize(
    ("answers", "waited"),
    [
        ([OK], []),
        ([httpx.ConnectError("refused"), OK], [0.5]),
        ([httpx.ReadTimeout("slow"), httpx.Response(502), OK], [0.5, 1.0]),
        ([httpx.Response(429, headers={"Retry-After": "7"}), OK], [7.0]),
        ([httpx.Response(200, text='[{"id": 1'), OK], [0.5]),
    ],
)
def test_what_passes_is_tried_again(answers: Sequence[Answer], waited: list[float]) -> None:
    ask, slept = asked(*answers)

    assert (ask(), slept) == ([1], waited)


@pytest.mark.parametrize(
    ("answer", "trouble", "says"),
    [
        (httpx.Response(401), SourceDenied, "bi: the credentials are refused; set BI_TOKEN anew"),
        (httpx.Response(403), SourceDenied, "bi: no permission for things; grant it see_things"),
        (httpx.Response(404), NotThere, "bi: there is no things; grant it see_things"),
        (httpx.Response(429), SourceUnreachable, "bi: it takes no more calls just now (429); it is tried again"),
        (httpx.Response(500), SourceUnreachable, "bi: things fails there with error 500; it is tried again"),
        (httpx.Response(422), SourceUnreadable, "bi: things is refused as a bad request (422); is it another version?"),
        (httpx.Response(200, text="<html>"), SourceUnreadable,
         "bi: things is answered with no JSON; is the address right?"),
        (httpx.ConnectTimeout(SECRET), SourceUnreachable, "bi: bi.test did not answer in time; it is tried again"),
        (httpx.ConnectError(SECRET), SourceUnreachable,
         "bi: no connection to bi.test; it is tried again, or correct its address"),
        (httpx.Response(429, headers={"Retry-After": "3600"}), SourceUnreachable,
         "bi: it asks to be left alone for 3,600 s; it is tried again later"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_said(answer: Answer, trouble: type[SourceTrouble], says: str) -> None:
    ask, _ = asked(*[answer] * 3)

    with pytest.raises(trouble) as raised:
        ask()

    assert str(raised.value) == says


def test_a_budget_is_spent_call_by_call_and_grows_again() -> None:
    now = [0.0]
    budget = Budget(60, clock=lambda: now[0])
    for _ in range(30):
        budget.spend("bi")

    with pytest.raises(SourceUnreachable, match="its budget of 60 calls a month is used up"):
        budget.spend("bi")
    now[0] += 86_400

    assert (budget.left, budget.spent) == (2, 30)


def test_rows_that_move_between_two_pages_come_once() -> None:
    pages = {0: ["a", "b"], 2: ["b", "c"], 4: ["d"]}

    assert list(by_offset(lambda offset, _: pages[offset], size=2, key=str)) == ["a", "b", "c", "d"]


def test_a_list_that_names_its_own_page_again_ends() -> None:
    assert list(by_token(lambda token: ([token], "again"))) == [None, "again"]


def test_a_changed_field_is_named() -> None:
    with pytest.raises(SourceUnreadable, match="the field id of a dashboard is missing"):
        told({}, "id", str, source="bi", where="a dashboard")
    with pytest.raises(SourceUnreadable, match="the field id of a dashboard is int, not str"):
        told({"id": 7}, "id", str, source="bi", where="a dashboard")


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

    assert retry_after("Mon, 23 Nov 2026 07:00:30 GMT", now=now) == 30.0
    assert retry_after("soon", now=now) is None
