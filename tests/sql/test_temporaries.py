"""The temp tables of a session: a tuple to everybody else, with a mark that tells equal ones from others."""

from __future__ import annotations

import pickle
from dataclasses import replace

from lineagebot.model import Column, TemporaryRelation
from lineagebot.sql.temporaries import Temporaries

A, B = (TemporaryRelation(name, (Column("id"),)) for name in ("a", "b"))
OTHER_A = replace(A, columns=(Column("x"),))


def test_made_dropped_and_made_anew() -> None:
    made = Temporaries.of(()).with_one(A).with_one(B)
    assert made == (A, B)
    assert made.with_one(OTHER_A) == (B, OTHER_A)
    assert made.without("a") == (B,)
    assert made.without("none") is made


def test_the_mark_is_of_what_stands_there_however_it_came_there() -> None:
    both = Temporaries.of((A, B))
    assert both.mark == Temporaries.of((B,)).with_one(A).mark == both.with_one(OTHER_A).with_one(A).mark
    assert both.without("b").mark == Temporaries.of((A,)).mark
    assert len({t.mark for t in (both, Temporaries.of((A,)), Temporaries.of((OTHER_A, B)), Temporaries.of(()))}) == 4


def test_a_worker_process_gets_the_same() -> None:
    there = pickle.loads(pickle.dumps(Temporaries.of((A, B))))
    assert (there, there.by_name) == ((A, B), {"a": A, "b": B})
