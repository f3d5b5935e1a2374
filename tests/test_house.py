"""The house itself: docs name what exists, nothing of a machine or a registry is in the tree, files say their idea."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from lineagebot.cli import cli
from lineagebot.commands.table import COMMANDS
from lineagebot.config import Settings
from lineagebot.policy.rules import RULES
from lineagebot.slack import manifest
from lineagebot.sync.sources import SOURCES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE = sorted(p for p in (ROOT / "lineagebot").rglob("*.py") if "/migrations/" not in p.as_posix())

#: Written apart, so that this file does not name them either.
REGISTRIES = ["py" + "pi.org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian"]
FOREIGN = re.compile(r"(^|[^a-z])/(work|farm|root)/|\.pyenv/")


def tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None:
        pytest.skip("no git here to list the tree with")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("word", [c.word for c in COMMANDS])
def test_every_command_is_in_the_readme(word: str) -> None:
    assert f"`{word}" in README or f"`/lineage {word}" in README


@pytest.mark.parametrize("name", sorted(typer.main.get_command(cli).commands))  # type: ignore[attr-defined]
def test_every_terminal_command_is_in_the_readme_and_has_help(name: str) -> None:
    command = typer.main.get_command(cli).commands[name]  # type: ignore[attr-defined]

    assert command.help
    assert f"`lineagebot {name}" in README


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_every_source_is_in_the_readme(kind: str) -> None:
    assert f"`{kind}`" in README


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_every_source_has_a_page_with_its_grants(kind: str) -> None:
    page = (ROOT / "docs" / "sources" / f"{kind}.md").read_text(encoding="utf-8")

    assert f'kind = "{kind}"' in page
    assert SOURCES[kind].grants in page


def _settings() -> list[str]:
    names = []
    for section, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        names += [f"{section}.{name}" for name in inner] if inner else [section]
    return names


@pytest.mark.parametrize("name", _settings())
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("kind", sorted({r.kind for r in RULES}))
def test_every_rule_has_a_case_that_speaks(kind: str) -> None:
    assert f'"{kind}"' in (ROOT / "tests/policy/test_step.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_file_says_its_idea_first(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "no docstring"


def test_every_room_is_on_the_map() -> None:
    rooms = {p.parent.name for p in (ROOT / "lineagebot").glob("*/__init__.py")}

    assert {room for room in rooms if f"`{room}/`" not in CONTRIBUTING} == set()


def test_every_dependency_is_justified() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.scripts]")[0]
    names = re.findall(r'^    "([a-z0-9-]+)', text, re.MULTILINE)

    assert {n for n in names if n not in CONTRIBUTING.lower() and n != "types-pyyaml"} == set()


def test_the_tree_names_no_registry_and_no_machine() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path.name != "test_house.py" and (any(r in text for r in REGISTRIES) or FOREIGN.search(text)):
            found.append(str(path.relative_to(ROOT)))

    assert found == []


def test_the_manifest_in_the_tree_is_the_one_that_is_written() -> None:
    assert (ROOT / "app_manifest.yml").read_text(encoding="utf-8") == manifest.manifest_yaml()


def test_the_walls_stand() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:]
