"""What goes on in the demo company's warehouse: loads, pipeline runs, dashboards, people's questions and mistakes.

Everything is really executed, each login over sessions of its own that take turns, so that the log looks as a log does.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from lineagebot.playground import acme_pipeline
from lineagebot.playground.acme_bi import DASHBOARDS, INTERESTS, QUESTIONS
from lineagebot.playground.acme_company import Company, DsnFor, Person
from lineagebot.playground.acme_models import MODELS, RAW

#: Sessions that are open at once.
SESSIONS = 6
COUNTRIES = ("DE", "FR", "SE", "US", "BR", "JP")


@dataclass(frozen=True, slots=True)
class Step:
    """One message to the server: text alone, or with bound parameters (extended protocol), or rows to COPY."""

    text: str
    parameters: tuple[Any, ...] | None = None
    rows: Sequence[tuple[Any, ...]] | None = None
    prepare: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One session: who, with which program, and what they do in it."""

    login: str
    application: str
    steps: Iterable[Step]


def live(
    company: Company,
    dsn_for: DsnFor,
    *,
    statements: int = 3000,
    progress: Callable[[int], None] | None = None,
    now: datetime | None = None,
) -> int:
    """Run about `statements` statements in the company's database; returns how many. Some fail, as some always do."""
    world = _World(company, dsn_for, random.Random(f"life {company.seed}"), now or datetime.now(UTC))  # noqa: S311
    world.progress = progress or (lambda _: None)
    world.play(_load(world))
    world.play(_pipeline(world, stamp="081500000001"))
    for turn in range(1, 4):
        share = (statements - world.done) // (4 - turn)
        world.play(_days_work(world, share))
        world.play([*_load_more(world, turn), *_mistakes(world)])
        world.play(_pipeline(world, stamp=f"0815{turn:02}000002", full_refresh=turn == 2))
    world.play(_days_work(world, statements - world.done))
    return world.done


def background(company: Company, dsn_for: DsnFor, stop: threading.Event, *, every: float = 60.0) -> None:
    """Go on quietly until `stop`: a pipeline run each `every` seconds, between them a dashboard every few seconds.

    What somebody broke stays broken: the routine fails on it, as it would.
    """
    world = _World(company, dsn_for, random.Random(), datetime.now(UTC))  # noqa: S311
    turn = 0
    while not stop.wait(every / 12):
        turn += 1
        with contextlib.suppress(psycopg.OperationalError):  # the warehouse is down for a moment
            world.play([_dashboard(world, opened=1)])
            if turn % 12 == 0:
                world.play(_pipeline(world, stamp=f"{turn:012}"))


def rebuild(company: Company, dsn_for: DsnFor) -> None:
    """One run of the pipeline, now. What hangs on something broken fails, as it would."""
    world = _World(company, dsn_for, random.Random(), datetime.now(UTC))  # noqa: S311
    world.play(_pipeline(world, stamp=f"{world.now:%H%M%S%f}"))


@dataclass(slots=True)
class _World:
    company: Company
    dsn_for: DsnFor
    draw: random.Random
    now: datetime
    done: int = 0
    orders: int = 1200
    progress: Callable[[int], None] = field(default=lambda _: None)

    def play(self, visits: Iterable[Visit]) -> None:
        """Let the visits take turns, a few at a time."""
        waiting = iter(visits)
        with contextlib.ExitStack() as sessions:
            running: list[tuple[psycopg.Connection, Iterator[Step]]] = []
            while True:
                while len(running) < SESSIONS and (visit := next(waiting, None)):
                    running.append((sessions.enter_context(self._connect(visit)), iter(visit.steps)))
                if not running:
                    return
                turn = self.draw.randrange(len(running))
                connection, steps = running[turn]
                step = next(steps, None)
                if step is None:
                    connection.close()
                    del running[turn]
                else:
                    self._do(connection, step)

    def _do(self, connection: psycopg.Connection, step: Step) -> None:
        # What fails, fails: the mistake is part of the story, and stands in the log.
        with contextlib.suppress(psycopg.ProgrammingError, psycopg.DataError, psycopg.errors.LockNotAvailable):
            self._send(connection, step)
        self.done += 1
        if self.done % 50 == 0:
            self.progress(self.done)

    def _send(self, connection: psycopg.Connection, step: Step) -> None:
        text = self.company.say(step.text).encode()
        if step.rows is None:
            connection.execute(text, step.parameters, prepare=step.prepare)
            return
        with connection.cursor().copy(text) as copy:
            for row in step.rows:
                copy.write_row(row)

    def _connect(self, visit: Visit) -> psycopg.Connection:
        dsn = self.dsn_for(visit.login, self.company.database)
        return psycopg.connect(dsn, application_name=visit.application, autocommit=True)

    def filled(self, text: str) -> str:
        """`text` with literals of today's choice."""
        day = (self.now - timedelta(days=self.draw.randrange(1, 90))).date()
        return text.format(day=day, country=self.draw.choice(COUNTRIES), n=self.draw.randrange(3, 60))

    def moment(self, *, days: int = 120) -> datetime:
        return self.now.replace(tzinfo=None, microsecond=0) - timedelta(minutes=self.draw.randrange(days * 1440))


# The loader


def _load(world: _World) -> list[Visit]:
    loader = world.company.machines[2]
    create = [Step(f"CREATE TABLE IF NOT EXISTS {name} ({columns})") for name, columns in RAW.items()]
    copies = [Step(f"COPY {name} FROM STDIN", rows=rows) for name, rows in _rows(world).items()]
    return [Visit(loader, "airbyte", [*create, *copies])]


def _rows(world: _World) -> dict[str, list[tuple[Any, ...]]]:
    draw, orders = world.draw, range(1, world.orders + 1)
    amounts = {number: draw.randrange(500, 40000) / 100 for number in orders}
    statuses = draw.choices(("completed", "pending", "returned", "cancelled"), (80, 8, 7, 5), k=world.orders)
    segments = ("consumer", "business", "public")
    return {
        "raw.customers": [
            (
                n,
                f"Customer {n}",
                f"C{n}@Mail.test",
                draw.choice(COUNTRIES),
                draw.choice(segments),
                world.moment(days=400),
            )
            for n in range(1, 301)
        ],
        "raw.products": [
            (n, f"SKU-{n:04}", f"Thing {n}", draw.choice(("Home", "Garden", "Office")), draw.randrange(300, 9000) / 100)
            for n in range(1, 61)
        ],
        "raw.orders": [
            (n, draw.randrange(1, 301), world.moment(), status, amounts[n], None)
            for n, status in zip(orders, statuses, strict=True)
        ],
        "raw.order_items": [
            (n, draw.randrange(1, 61), draw.randrange(1, 5), draw.randrange(300, 9000) / 100)
            for n in orders
            for _ in range(draw.randrange(1, 4))
        ],
        "raw.payments": [(n, n, draw.choice(("card", "bank", "voucher")), amounts[n], world.moment()) for n in orders],
        "raw.refunds": [
            (n, draw.choice(orders), draw.randrange(500, 9000) / 100, draw.choice(("broken", "late")), world.moment())
            for n in range(1, 80)
        ],
        "raw.web_events": [
            (
                n,
                draw.randrange(1, 301),
                f"v{n // 4}",
                draw.choice(("/", "/cart", "/checkout", "/thing")),
                world.moment(),
            )
            for n in range(1, 2401)
        ],
    }


def _load_more(world: _World, turn: int) -> list[Visit]:
    """New rows arrive with bound parameters, as a client library sends them."""
    loader = world.company.machines[2]
    steps = [Step("BEGIN")]
    for _ in range(25):
        world.orders += 1
        amount, number = world.draw.randrange(500, 40000) / 100, world.orders
        order = (number, world.draw.randrange(1, 301), world.moment(days=2), "pending", amount, None)
        steps.append(Step("INSERT INTO raw.orders VALUES (%s, %s, %s, %s, %s, %s)", order))
        payment = (number, number, "card", amount, world.moment(days=2))
        steps.append(Step("INSERT INTO raw.payments VALUES (%s, %s, %s, %s, %s)", payment, prepare=True))
    steps.append(Step("COMMIT"))
    steps.append(
        Step("UPDATE raw.orders SET status = 'completed' WHERE status = 'pending' AND id <= %s", (turn * 400,))
    )
    return [Visit(loader, "airbyte", steps)]


# The pipeline


def _pipeline(world: _World, *, stamp: str, full_refresh: bool = False) -> list[Visit]:
    company = world.company
    pipeline = company.machines[0]
    with psycopg.connect(
        world.dsn_for(pipeline, company.database), application_name=acme_pipeline.APPLICATION, autocommit=True
    ) as connection:
        known = {f"{schema}.{name}" for schema, name in connection.execute(_STANDING, (list(company.schemas),))}
    standing = frozenset(model.name for model in MODELS if company.say(model.name) in known)
    statements = acme_pipeline.run(company, standing=standing, full_refresh=full_refresh, stamp=stamp)
    return [Visit(pipeline, acme_pipeline.APPLICATION, (Step(text) for text in statements))]


_STANDING = """select n.nspname, c.relname from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace where n.nspname = any(%s)"""


# Dashboards and people


def _days_work(world: _World, statements: int) -> Iterator[Visit]:
    """Visits worth about so many statements, half of them dashboards."""
    planned = 0
    while planned < statements:
        visit = _dashboard(world) if world.draw.random() < 0.3 else _question_time(world)
        steps = list(visit.steps)
        planned += len(steps)
        yield Visit(visit.login, visit.application, steps)


def _dashboard(world: _World, *, opened: int = 4) -> Visit:
    """People open dashboards: all their queries, over one session of the dashboards' program."""
    steps = [
        Step(f"-- Metabase:: userID: {world.draw.randrange(1, 40)} dashboard: {one.title}\n{world.filled(query)}")
        for one in world.draw.choices(DASHBOARDS, k=opened)
        for query in one.queries
    ]
    return Visit(world.company.machines[1], "metabase", steps)


def _question_time(world: _World) -> Visit:
    number = world.draw.randrange(len(world.company.people))
    person = world.company.people[number]
    odd = world.draw.random()
    for limit, make in _HABITS:
        if odd < limit:
            return Visit(person.login, person.application, make(world, person))
    asked = world.draw.choices(INTERESTS[number], k=world.draw.randrange(2, 9))
    return Visit(person.login, person.application, [Step(world.filled(QUESTIONS[which])) for which in asked])


def _with_parameters(world: _World, person: Person) -> list[Step]:
    text = "SELECT count(*), sum(amount) FROM marts.orders WHERE status = %s AND amount > %s"
    return [Step(text, (status, world.draw.randrange(10, 200))) for status in ("completed", "returned")]


def _by_search_path(world: _World, person: Person) -> list[Step]:
    return [
        Step("SET search_path TO marts, staging"),
        Step(world.filled("SELECT day, revenue FROM revenue_daily WHERE day > '{day}'")),
        Step("SELECT count(*) FROM stg_orders"),
    ]


def _temporary(world: _World, person: Person) -> list[Step]:
    """A temporary table named like a real one: dropping it hurts nobody."""
    return [
        Step("CREATE TEMP TABLE orders AS SELECT * FROM marts.orders LIMIT 100"),
        Step("SET search_path TO marts"),
        Step("SELECT count(*) FROM orders"),
        Step("DELETE FROM orders"),
        Step("DROP TABLE orders"),
    ]


def _several_at_once(world: _World, person: Person) -> list[Step]:
    name = f"sandbox.top_{person.login}"
    return [
        Step(
            f"CREATE TABLE {name} AS SELECT * FROM marts.customer_ltv ORDER BY ltv DESC LIMIT 20;\n"  # noqa: S608 - our own words
            f"SELECT avg(ltv) FROM {name};\nDROP TABLE {name};"
        )
    ]


def _prepared(world: _World, person: Person) -> list[Step]:
    return [
        Step("PREPARE by_country (text) AS SELECT sum(revenue) FROM marts.revenue_by_country WHERE country = $1"),
        *(Step(f"EXECUTE by_country('{country}')") for country in world.draw.sample(COUNTRIES, 2)),
        Step("DEALLOCATE by_country"),
    ]


_HABITS: tuple[tuple[float, Callable[[_World, Person], list[Step]]], ...] = (
    (0.05, _with_parameters),
    (0.10, _by_search_path),
    (0.13, _temporary),
    (0.16, _several_at_once),
    (0.20, _prepared),
)


def _mistakes(world: _World) -> list[Visit]:
    """Statements that fail, and transactions that are taken back: nobody is to be woken for them."""
    anna, ben, chloe, *_ = world.company.people
    return [
        Visit(
            anna.login,
            anna.application,
            [
                Step("SELECT revenu FROM marts.revenue_daily"),
                Step("SELECT * FROM marts.revenue_dialy"),
                Step("SELEC 1"),
                Step("DROP TABLE marts.no_such_table"),
                Step("DROP TABLE raw.orders"),
                Step("DROP TABLE IF EXISTS marts.revenue_weekly"),
            ],
        ),
        Visit(
            ben.login,
            ben.application,
            [
                *map(Step, ("BEGIN", "DELETE FROM marts.product_sales", "ROLLBACK")),
                *map(Step, ("BEGIN", "DROP TABLE marts.customer_ltv", "SELECT 1 / 0", "ROLLBACK")),
            ],
        ),
        Visit(
            chloe.login,
            chloe.application,
            [
                *map(
                    Step, ("BEGIN", "SAVEPOINT before", "TRUNCATE marts.funnel_daily", "ROLLBACK TO before", "COMMIT")
                ),
                *map(Step, ("BEGIN", "ALTER TABLE marts.orders DROP COLUMN coupon_code")),  # and the session ends
            ],
        ),
    ]
