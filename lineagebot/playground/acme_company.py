"""Acme, the demo company: who works there, what breaks, and what its people would ask. A seed makes another company.

Plain facts; acme.py is the front door to what is done with them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from lineagebot.playground.acme_models import DATABASE, MODELS, RAW
from lineagebot.playground.acme_words import Words

#: login, database → conninfo.
DsnFor = Callable[[str, str], str]

#: The server's settings that the company needs: every statement in the log, as JSON, with its end.
SERVER = (
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_directory=log",
    "log_filename=postgresql-%Y-%m-%d_%H%M%S.log",
    "log_file_mode=0600",
    "log_rotation_age=1d",
    "log_rotation_size=64MB",
    "log_statement=all",
    "log_duration=on",
    "log_disconnections=on",
    "compute_query_id=on",
    "log_min_messages=warning",
)

#: The name under which lineagebot reads the warehouse, with the rights that its README asks for and no others.
WATCHER = "lineagebot"

#: The cluster's superuser must have another name than the watcher, which is to have no rights to speak of.
SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of the company's Slack, without the #."""

    name: str
    topic: str


ADMIN_CHANNEL = "lineagebot-admin"
CHANNELS = (
    Channel("data", "Questions about data, and their answers"),
    Channel("finance", "Finance"),
    Channel("growth", "Growth"),
    Channel("data-platform", "Who builds the warehouse"),
    Channel(ADMIN_CHANNEL, "How lineagebot itself is doing"),
)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    title: str
    application: str

    @property
    def login(self) -> str:
        return self.name.split()[0].lower()

    @property
    def handle(self) -> str:
        """Their name in Slack."""
        return self.login

    @property
    def email(self) -> str:
        return f"{self.login}@acme.test"


@dataclass(frozen=True, slots=True)
class Accident:
    """What will go wrong: `login` runs `sql`, which hits `target` (schema.table, or a schema)."""

    login: str
    sql: str
    target: str
    #: The handle of a colleague, and what they ask: /lineage <ask>, who reads <readers_of>, and a DROP to have checked.
    asker: str
    ask: str
    readers_of: str
    check: str


@dataclass(frozen=True, slots=True)
class Company:
    """One company. `words` puts texts written in the default's words into its own."""

    seed: int | None
    name: str
    words: Words
    people: tuple[Person, ...]
    accident: Accident
    database: str = DATABASE
    channels: tuple[Channel, ...] = CHANNELS
    admin_channel: str = ADMIN_CHANNEL

    @classmethod
    def of(cls, seed: int | None = None) -> Company:
        """The hand-written company (None), or one with other names and another accident."""
        words = Words.of(seed)
        people = tuple(Person(name, title, app) for name, (title, app) in zip(_names(seed), POSTS, strict=True))
        name = "Acme" if seed is None else _drawn(seed, "company").choice(OTHER_COMPANIES)
        return cls(seed, name, words, people, _accident(seed, words, people))

    def say(self, text: str) -> str:
        return self.words.say(text)

    @property
    def machines(self) -> tuple[str, ...]:
        """Logins of programs: the pipeline, the dashboards' one, the loader."""
        return tuple(self.say(name) for name in ("pipeline", "metabase", "loader"))

    @property
    def schemas(self) -> tuple[str, ...]:
        return tuple(self.say(name) for name in ("raw", "staging", "marts"))


POSTS = (
    ("Finance analyst", "DBeaver 24.2.0 - SQLEditor <Script-3.sql>"),
    ("Analytics engineer", "psql"),
    ("Growth analyst", "DataGrip 2026.2"),
    ("Product analyst", "psql"),
    ("Head of data", "Postico 2"),
)
NAMES = ("Anna Berg", "Ben Ortiz", "Chloe Martin", "Dmitri Volkov", "Eva Lindqvist")
OTHER_COMPANIES = ("Globex", "Initech", "Umbra Foods", "Stark & Daughters", "Hooli", "Vandelay")
OTHER_NAMES = (
    "Aisha Khan", "Bram Visser", "Carla Rossi", "Daniel Okafor", "Elif Demir", "Farid Haddad", "Grace Kim",
    "Hugo Silva", "Ines Costa", "Jonas Weber", "Kaori Tanaka", "Liam Byrne", "Mei Chen", "Nora Hansen",
    "Oskar Nowak", "Priya Nair", "Rafael Gomez", "Sofia Moreau", "Tariq Aziz", "Yara Mansour",
)  # fmt: skip

#: (statement, what it hits); the first is the default company's. Every one hits something that a dashboard reads.
ACCIDENTS = (
    ("DROP TABLE marts.revenue_daily", "marts.revenue_daily"),
    ("TRUNCATE marts.customer_ltv", "marts.customer_ltv"),
    ("DELETE FROM marts.product_sales", "marts.product_sales"),
    ("ALTER TABLE marts.customer_ltv DROP COLUMN ltv", "marts.customer_ltv"),
    ("ALTER TABLE marts.orders RENAME TO orders_old", "marts.orders"),
    ("DROP SCHEMA marts CASCADE", "marts"),
    (
        "BEGIN; DROP VIEW marts.revenue_by_country; CREATE VIEW marts.revenue_by_country AS "
        "SELECT c.country, sum(o.amount) AS revenue FROM marts.orders AS o "
        "JOIN marts.customers AS c USING (customer_id) GROUP BY 1; COMMIT",
        "marts.revenue_by_country",
    ),
    ("DROP TABLE marts.orders CASCADE", "marts.orders"),
    ("ALTER TABLE marts.revenue_daily RENAME COLUMN revenue TO net", "marts.revenue_daily"),
    ("TRUNCATE TABLE marts.funnel_daily", "marts.funnel_daily"),
)


def _names(seed: int | None) -> tuple[str, ...]:
    if seed is None:
        return NAMES
    return tuple(_drawn(seed, "people").sample(OTHER_NAMES, len(POSTS)))


def _drawn(seed: int | None, what: str) -> random.Random:
    return random.Random(f"{what} {seed}")  # noqa: S311 - a company, not a secret


def _accident(seed: int | None, words: Words, people: tuple[Person, ...]) -> Accident:
    draw = _drawn(seed, "accident")
    sql, target = ACCIDENTS[0] if seed is None else draw.choice(ACCIDENTS[1:])
    person = people[0] if seed is None else draw.choice(people[1:])
    asked = "marts.orders" if target in ("marts", "marts.orders") else target
    checked = "marts.customer_ltv" if target != "marts.customer_ltv" else "marts.revenue_daily"
    return Accident(
        login=person.login,
        sql=words.say(sql),
        target=words.say(target),
        asker=next(one for one in reversed(people) if one != person).handle,
        ask=words.say(asked.partition(".")[2]),
        readers_of=words.say(asked),
        check=words.say(f"DROP TABLE {checked}"),
    )


def tables(company: Company) -> tuple[str, ...]:
    """The names that the console's hints offer: what the company founded, in its own words."""
    return tuple(company.say(name) for name in (*RAW, *(model.name for model in MODELS)))
