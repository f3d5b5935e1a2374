"""Settings: every mistake named at once, the environment wins, and no secret is ever printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineagebot.config import load
from lineagebot.errors import ConfigWrong


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "lineagebot.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        log_level = "LOUD"
        colour = "blue"
        [slack]
        bot_token = "xapp-the-wrong-one"
        [web]
        port = 99999
        [[sources]]
        name = "acme"
        kind = "postgres"
        [[sources]]
        name = "acme"
        kind = "declared"
        """,
    )

    with pytest.raises(ConfigWrong) as caught:
        load(path, environ={})

    lines = str(caught.value).splitlines()
    assert len(lines) == 5
    assert any(line.startswith("slack.bot_token: a bot token begins with xoxb-") for line in lines)
    assert any(line.startswith("colour: unknown setting") for line in lines)
    assert any(line.startswith("web.port:") for line in lines)
    assert any("two sources are named acme" in line for line in lines)
    assert "xapp-the-wrong-one" not in str(caught.value)


def test_a_token_is_never_printed(tmp_path: Path) -> None:
    settings = load(
        written(tmp_path, "[[sources]]\nname = 'a'\nkind = 'postgres'\ndsn = 'password=pw'"),
        environ={"SLACK_BOT_TOKEN": "xoxb-hushhush", "DATABASE_URL": "postgresql://u:pw@h/d"},
    )

    assert "hushhush" not in repr(settings)
    assert "pw" not in repr(settings)
    assert "pw" not in str(settings)
    assert settings.slack.bot_token is not None
    assert settings.slack.bot_token.get_secret_value() == "xoxb-hushhush"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGEBOT_WEB__PORT", "7777")

    assert load(written(tmp_path, "[web]\nport = 1\nhost = '0.0.0.0'"), environ={}).web.port == 7777


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("[slack", "cannot be read as TOML"), ("[[sources]]\nname = 'a b'\nkind = 'postgres'", "sources.0.name")],
    ids=["not TOML", "a name with a space"],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigWrong, match=sentence):
        load(written(tmp_path, text), environ={})


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match="does not exist"):
        load(tmp_path / "nowhere.toml", environ={})


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert load(environ={}).sources == ()
