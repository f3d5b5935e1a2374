"""The page that the package ships is the page that its source builds."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "page"
STATIC = ROOT / "lineagebot" / "playground" / "static"
#: as in page/shipped.ts
SOURCES = (
    "index.html",
    "package.json",
    "package-lock.json",
    "shipped.ts",
    "tsconfig.json",
    "vite.config.ts",
    "public",
    "src",
)
#: bytes of the whole page as a browser fetches it
MOST_GZIPPED = 450_000


def test_the_shipped_page_was_built_from_this_source() -> None:
    said = (STATIC / "SOURCE_SHA256").read_text().strip()
    assert said == digest_of_sources(), "page/ changed after its last build; run: make page"


def test_a_fresh_build_equals_the_shipped_one() -> None:
    asked = os.environ.get("LINEAGEBOT_CHECK_PAGE_BUILD") == "1"
    if not asked and not (shutil.which("node") and (PAGE / "node_modules").is_dir()):
        pytest.skip("the page was not rebuilt: no Node, or no page/node_modules (make page brings them)")
    checked = subprocess.run([str(PAGE / "check-build")], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_page_asks_nobody_else_for_anything() -> None:
    """Scripts, styles and pictures come from the playground itself; the lock names no registry."""
    index = (STATIC / "index.html").read_text()
    assert "://" not in index
    assert "<style" not in index
    assert "<script>" not in index
    assert "url(http" not in "".join(sheet.read_text() for sheet in STATIC.glob("*.css"))
    assert '"resolved"' not in (PAGE / "package-lock.json").read_text()


def test_the_page_is_small() -> None:
    assert sum(gzipped(path) for path in STATIC.iterdir()) < MOST_GZIPPED


def test_the_licences_of_what_is_bundled_come_along() -> None:
    notices = (STATIC / "THIRD_PARTY.txt").read_text()
    for package in ("react 18.3.1 (MIT)", "react-dom 18.3.1 (MIT)", "slack-blocks-to-jsx 1.1.1 (MIT)"):
        assert package in notices
    assert "carries no licence file" not in notices


def digest_of_sources() -> str:
    files = sorted(path.relative_to(PAGE).as_posix() for name in SOURCES for path in files_under(PAGE / name))
    whole = hashlib.sha256()
    for name in files:
        inner = hashlib.sha256((PAGE / name).read_bytes()).hexdigest()
        whole.update(f"{name}\0{inner}\n".encode())
    return whole.hexdigest()


def files_under(path: Path) -> list[Path]:
    return [found for found in path.rglob("*") if found.is_file()] if path.is_dir() else [path]


def gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))
