"""The company really exists: its tables hold rows, its people are no superusers, its log tells what went on."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import yaml

from lineagebot.playground import acme
from lineagebot.playground.acme_bi import DASHBOARDS
from lineagebot.playground.acme_models import MODELS
from lineagebot.playground.acme_words import VOCABULARY

from .conftest import Lived

#: Mistakes that are meant; anything else in the log is one of ours.
MEANT = ("does not exist", "syntax error", "division by zero", "must be owner")


def test_it_runs_about_as_many_statements_as_asked_for(lived: Lived) -> None:
    assert 800 <= lived.statements <= 1300
    assert lived.progress == sorted(lived.progress)
    assert lived.progress


def test_every_model_stands_and_holds_rows(lived: Lived) -> None:
    with psycopg.connect(lived.running.dsn_for(acme.SUPERUSER, lived.company.database)) as connection:
        for model in MODELS:
            row = connection.execute(f"SELECT count(*) FROM {lived.company.say(model.name)}".encode()).fetchone()
            assert row
            assert row[0] > 0, model.name


def test_nothing_failed_that_was_not_meant_to(lived: Lived) -> None:
    errors = [line["message"] for line in log_of(lived) if line["error_severity"] in ("ERROR", "FATAL")]
    assert errors
    assert [message for message in errors if not any(meant in message for meant in MEANT)] == []


def test_the_log_holds_what_each_login_ran(lived: Lived) -> None:
    lines = log_of(lived)
    by_login = Counter(line["user"] for line in lines if is_statement(line))
    for login in (*(person.login for person in lived.company.people), *lived.company.machines):
        assert by_login[login] > 10, login
    text = "\n".join(line["message"] for line in lines)
    say = lived.company.say
    for told in (
        f'rename to "{say("orders")}__dbt_backup"',
        '"app": "dbt"',
        "create temporary table",
        "truncate table",
        "ROLLBACK",
        "PREPARE by_",
        "SET search_path",
        "execute <unnamed>: INSERT INTO",
        "execute _pg3_",
        f"dashboard: {say(DASHBOARDS[0].title)}",
    ):
        assert told in text, told


def test_people_are_no_superusers_and_in_no_dangerous_role(lived: Lived) -> None:
    logins = [*(person.login for person in lived.company.people), *lived.company.machines, acme.WATCHER]
    dangerous = ("pg_execute_server_program", "pg_read_server_files", "pg_write_server_files", "pg_write_all_data")
    with psycopg.connect(lived.running.dsn) as connection:
        for login in logins:
            row = connection.execute(
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls,"
                " (SELECT bool_or(pg_has_role(%(login)s, oid, 'MEMBER')) FROM pg_roles WHERE rolname = ANY(%(roles)s))"
                " FROM pg_roles WHERE rolname = %(login)s",
                {"login": login, "roles": list(dangerous)},
            ).fetchone()
            assert row == (False, False), login


def test_the_watcher_reads_the_catalog_and_no_data(lived: Lived) -> None:
    dsn = lived.running.dsn_for(acme.WATCHER, lived.company.database)
    with psycopg.connect(dsn, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) > 20 FROM pg_class").fetchone() == (True,)
        assert connection.execute("SELECT count(*) >= 0 FROM pg_ls_logdir()").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT * FROM {lived.company.say('marts.orders')}".encode())


def test_nobody_but_the_superuser_reaches_another_database(lived: Lived) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(lived.running.dsn_for(lived.company.people[0].login, "postgres"))


def test_founding_twice_is_harmless(lived: Lived) -> None:
    acme.found(lived.company, lived.running.dsn)


def test_a_superuser_with_the_watchers_name_is_refused() -> None:
    with pytest.raises(ValueError, match="superuser is named lineagebot"):
        acme.found(acme.Company.of(), "host=/nowhere user=lineagebot dbname=postgres")


def test_the_accident_happens_and_can_be_seen(lived: Lived) -> None:
    """In a transaction that is taken back, so that the other tests keep their company."""
    accident = lived.company.accident
    dsn = lived.running.dsn_for(accident.login, lived.company.database)
    with psycopg.connect(dsn, autocommit=True) as connection:
        statements = [one.strip() for one in accident.sql.split(";") if one.strip() not in ("BEGIN", "COMMIT")]
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement.encode())
        connection.execute("ROLLBACK")


def test_life_goes_on_in_the_background_until_it_is_told_to_stop(lived: Lived) -> None:
    before = sum(map(is_statement, log_of(lived)))
    stop = threading.Event()
    arguments = (lived.company, lived.running.dsn_for, stop)
    thread = threading.Thread(target=acme.background, args=arguments, kwargs={"every": 1.0})
    thread.start()
    assert eventually(lambda: sum(map(is_statement, log_of(lived))) > before + 60, within=120)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.mark.parametrize("seed", [None, 1, 2, 3, 4, 5, 6, 7, 99])
def test_each_seed_declares_a_coherent_company(seed: int | None) -> None:
    company = acme.Company.of(seed)
    said = yaml.safe_load(acme.declared_yaml(company))
    assert {one["email"] for one in said["people"]} == {person.email for person in company.people}
    assert said["machines"] == [f"acme:{login}" for login in company.machines]
    models = {f"acme:shop.{company.say(model.name)}" for model in MODELS}
    assert {read["table"] for one in said["dashboards"] for read in one.get("reads", ())} <= models
    channels = {f"#{channel.name}" for channel in company.channels}
    owners = {one["owner"] for section in ("owners", "dashboards") for one in said[section]}
    assert owners <= channels | {person.email for person in company.people}
    assert company.accident.login in {person.login for person in company.people}
    assert company.accident.asker != company.accident.login


def test_a_seed_is_the_same_company_each_time_and_another_than_the_default() -> None:
    assert acme.Company.of(5) == acme.Company.of(5)
    default, other = acme.Company.of(), acme.Company.of(5)
    assert not set(default.schemas) & set(other.schemas)
    assert not {p.login for p in default.people} & {p.login for p in other.people}
    assert default.accident.sql != other.accident.sql


def test_no_word_stands_for_two_things() -> None:
    words = [word for row in VOCABULARY for choice in row for word in choice]
    assert [word for word, times in Counter(words).items() if times > 1] == []


def log_of(lived: Lived) -> list[dict[str, Any]]:
    """What is whole in the log; the last line may be half written."""
    lines = []
    for file in sorted(lived.running.log_directory.glob("*.json")):
        for line in file.read_text("utf-8").splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                break
    return lines


def is_statement(line: dict[str, Any]) -> bool:
    return str(line["message"]).startswith(("statement: ", "execute "))


def eventually(is_so: Callable[[], bool], *, within: float) -> bool:
    deadline = time.monotonic() + within
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
