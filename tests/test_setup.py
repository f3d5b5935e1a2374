"""`make setup` on odd machines: each trouble is one sentence with its remedy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts/setup_venv.py"


def checkout(tmp_path: Path) -> Path:
    """The few files that the script looks at, in a place of their own."""
    for name in ("scripts/setup_venv.py", "requirements/runtime.txt", "requirements/dev.txt", "pyproject.toml"):
        target = tmp_path / "clone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tmp_path / "clone"


def run(clone: Path, *, prelude: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a Python that lacks what `prelude` takes away, also from the interpreters that it starts."""
    site = clone / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(prelude, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(site), "HOME": str(clone)}
    command = [sys.executable, "scripts/setup_venv.py", "runtime"]
    return subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)


HIDE = """
import sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hide())
"""


def test_a_python_without_ensurepip_and_pip_says_what_to_install(tmp_path: Path) -> None:
    done = run(checkout(tmp_path), prelude=HIDE.format(names=("ensurepip", "pip")))

    assert done.returncode == 1
    assert "python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.timeout(300)
def test_an_unreachable_index_is_said(tmp_path: Path) -> None:
    clone = checkout(tmp_path)
    nowhere = """
import os
os.environ.update(PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0", PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="")
os.environ.update(PIP_CONFIG_FILE=os.devnull, PIP_NO_CACHE_DIR="1")
"""

    done = run(clone, prelude=nowhere)

    assert done.returncode == 1
    assert "is the package index reachable" in done.stderr
    assert "Traceback" not in done.stderr.splitlines()[0]


def test_an_old_python_is_told_so(tmp_path: Path) -> None:
    done = run(checkout(tmp_path), prelude="import sys\nsys.version_info = (3, 9, 0, 'final', 0)\n")

    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
