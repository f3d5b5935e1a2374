"""Whoever reads `sql/` for the first time is told of every file, and of none that is gone."""

import re
from pathlib import Path

import lineagebot.sql


def test_the_reading_order_names_every_file_once() -> None:
    folder = Path(lineagebot.sql.__file__).parent
    said = re.findall(r"`(\w+)`", lineagebot.sql.__doc__ or "")
    assert sorted(said) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
