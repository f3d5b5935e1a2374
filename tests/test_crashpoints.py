"""Every place of the walk from log to Slack after which a kill -9 finds something done has a name, and is tried."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest

from lineagebot import crashpoints

ROOT = Path(__file__).parents[1]
#: The walk: what reads the log, watches and delivers.
WALK = ("sync/runner.py", "sync/ingest.py", "alerts/watcher.py", "alerts/deliver.py")
#: What others see at once: a transaction that writes (`reading` does not), a message, an edit.
BOUNDARIES = ("begin", "post", "update")


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def calls(node: ast.AST | None) -> Iterator[ast.Call]:
    return (call for call in ast.walk(node) if isinstance(call, ast.Call)) if node is not None else iter(())


def is_boundary(statement: ast.stmt) -> bool:
    """`with store.begin()`, `poster.post(...)`, `poster.update(...)`."""
    if isinstance(statement, ast.With):
        return any(called(item.context_expr, "store") for item in statement.items)
    return isinstance(statement, (ast.Expr, ast.Assign)) and called(statement.value, "poster")


def called(node: ast.expr, of: str) -> bool:
    names = [call.func for call in calls(node) if isinstance(call.func, ast.Attribute)]
    return any(f.attr in BOUNDARIES and ast.unparse(f.value).endswith(of) for f in names)


def names_of(statement: ast.stmt | None) -> list[str]:
    found = [c for c in calls(statement) if isinstance(c.func, ast.Attribute) and c.func.attr == "reach"]
    return [c.args[0].value for c in found if isinstance(c.args[0], ast.Constant)]


def nameless(path: Path) -> Iterator[str]:
    for block in blocks(ast.parse(path.read_text(encoding="utf-8"))):
        for statement, after in zip_longest(block, block[1:]):
            if is_boundary(statement) and not names_of(after):
                yield f"{path.name}:{statement.lineno}: {ast.unparse(statement).splitlines()[0]}"


@pytest.mark.parametrize("name", WALK)
def test_behind_every_boundary_stands_a_crash_point(name: str) -> None:
    assert list(nameless(ROOT / "lineagebot" / name)) == []


def test_every_name_stands_in_the_code_and_nothing_else_does() -> None:
    files = (ROOT / "lineagebot" / name for name in WALK)
    used = {name for file in files for name in names_of(ast.parse(file.read_text(encoding="utf-8")))}  # type: ignore[arg-type]

    assert used == set(crashpoints.POINTS)


def test_a_boundary_without_a_name_is_found(tmp_path: Path) -> None:
    file = tmp_path / "new.py"
    file.write_text("def f(self):\n    with self.store.begin() as tx:\n        write(tx)\n    return 1\n")

    assert list(nameless(file)) == ["new.py:2: with self.store.begin() as tx:"]
