"""Resolve the dependencies anew into requirements/: hashes, every platform, and no address of any registry."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-header", "--no-annotate", "--no-emit-index-url", "--quiet", "--upgrade",
)  # fmt: skip
LOCKS = {"runtime": ("--group", "build"), "dev": ("--group", "build", "--group", "dev")}


def main() -> None:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    for lock, groups in LOCKS.items():
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *groups]
        subprocess.run([*command, "pyproject.toml", "-o", f"requirements/{lock}.txt"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
