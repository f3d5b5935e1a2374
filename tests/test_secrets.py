"""What must never be read in a log, an error or a repr: passwords, tokens, the values of locals and parameters."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import structlog

from lineagebot import config, logs
from lineagebot.errors import ConfigWrong, LineagebotError, StoreTrouble
from lineagebot.store.engine import Store
from lineagebot.sync.postgres import PostgresOptions, build

SECRET = "hunter2secret"

#: Addresses as people get them wrong; each holds (a part of) the password where no password should stand.
WRONG_ADDRESSES = (
    "postgresql://u:hunter/2secret@127.0.0.1:5/db",
    "postgresql://u:hunter@2secret@127.0.0.1:5/db",
    "postgresql://u:hunter2secret@127.0.0.1:port/db",
    "postgresql://u:hunter2secret@[::1/db",
    "postgresql://u:hunter2secret@127.0.0.1:5/db?bogus=1",
    "postgresql://u:hunter2%zzsecret@127.0.0.1:5/db",
    "u:hunter2secret@127.0.0.1",
    "host=127.0.0.1 port=5 password=hunter2secret",
    "mysql://u:hunter2secret@127.0.0.1/db",
)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield capsys
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "terminal"])
def test_a_traceback_in_the_log_shows_no_values(logged: pytest.CaptureFixture[str], as_json: bool) -> None:
    def fail(password: str) -> None:
        raise ValueError("no")

    logs.set_up(json=as_json)
    try:
        fail(SECRET[:6] + SECRET[6:])
    except ValueError:
        structlog.get_logger().exception("went wrong")
    said = logged.readouterr().err
    assert "ValueError" in said
    assert SECRET not in said


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "terminal"])
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"postgresql://ana:{SECRET}@db.example/shop refused", "db.example/shop refused"),
        (f"token xoxb-1-{SECRET} refused", "refused"),
        (f"token xapp-1-{SECRET} refused", "refused"),
        (f"conninfo host=db password={SECRET} user=ana", "user=ana"),
        (f"conninfo host=db password='{SECRET} two' user=ana", "user=ana"),
    ],
    ids=["address", "bot token", "app token", "conninfo", "quoted conninfo"],
)
def test_the_log_masks_what_looks_like_a_secret(
    logged: pytest.CaptureFixture[str], as_json: bool, said: str, kept: str
) -> None:
    logs.set_up(json=as_json)
    structlog.get_logger().warning("trouble", says=said)
    logging.getLogger("somebody.else").error("it says %s", said)
    try:
        raise RuntimeError(said)
    except RuntimeError:
        logging.getLogger("somebody.else").exception("broke")
    written = logged.readouterr().err
    assert SECRET not in written
    assert written.count(kept) >= 3


@pytest.mark.parametrize("address", WRONG_ADDRESSES)
def test_a_wrong_address_of_the_store_is_a_sentence_without_the_password(address: str) -> None:
    with pytest.raises(StoreTrouble) as wrong:
        Store.open(address)
    assert "secret" not in str(wrong.value)
    assert "hunter" not in str(wrong.value)


@pytest.mark.parametrize("address", WRONG_ADDRESSES)
def test_a_wrong_address_of_a_source_is_a_sentence_without_the_password(address: str) -> None:
    try:
        said = " ".join(f"{check}" for check in build("acme", PostgresOptions.model_validate({"dsn": address})).check())
    except LineagebotError as wrong:
        said = str(wrong)
    assert "acme" in said
    assert "secret" not in said
    assert "hunter" not in said


def test_no_mistake_in_the_settings_shows_the_value_even_in_its_traceback() -> None:
    with pytest.raises(ConfigWrong) as wrong:
        config.load(environ={"SLACK_BOT_TOKEN": SECRET})
    cause = wrong.value.__cause__
    while cause is not None:
        assert SECRET not in str(cause)
        cause = cause.__cause__ or cause.__context__


def test_an_environment_variable_that_is_no_json_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGEBOT_SOURCES", f"dsn={SECRET}")
    with pytest.raises(ConfigWrong, match="sources") as wrong:
        config.load()
    assert SECRET not in str(wrong.value)


def test_an_error_of_the_store_shows_no_parameters(store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError) as wrong, store.begin() as tx:
        tx.execute(sa.text("select cast(:what as text) / 2"), {"what": SECRET})
    assert SECRET not in str(wrong.value)
