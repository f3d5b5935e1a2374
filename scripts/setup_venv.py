"""Make .venv and install what is locked: `setup_venv.py runtime` for the demo, `setup_venv.py dev` for the tests too.

Standard library alone, and no other program than this Python: it is what `make setup` runs on a bare machine. Every
trouble is one sentence with its remedy. A digest of the lock beside the environment makes the second run instant.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MINIMUM = (3, 11)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lock", choices=("runtime", "dev"))
    lock = parser.parse_args().lock
    if sys.version_info < MINIMUM:
        stop(
            f"lineagebot needs Python 3.11 or newer, and this is {sys.version.split()[0]}. "
            "Name another one: make setup PYTHON=python3.12"
        )
    want = digest(lock)
    if any(have(name) == want_of for name, want_of in ((lock, want), ("dev", digest("dev")))):
        return
    make_environment()
    install(lock)
    (VENV / f".lineagebot-{lock}").write_text(want, encoding="utf-8")


def digest(lock: str) -> str:
    parts = [(ROOT / name).read_bytes() for name in (f"requirements/{lock}.txt", "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode()])).hexdigest()


def have(lock: str) -> str:
    stamp = VENV / f".lineagebot-{lock}"
    return stamp.read_text(encoding="utf-8") if stamp.exists() and python().exists() else ""


def python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment() -> None:
    if python().exists() and subprocess.run([python(), "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    say("Making .venv ...")
    if importable("ensurepip"):
        run([sys.executable, "-m", "venv", "--clear", VENV], "The virtual environment could not be made.")
        return
    # Debian splits ensurepip off; a pip of the system can fill an environment all the same.
    if not importable("venv") or not importable("pip"):
        stop(
            "This Python comes without ensurepip, so no virtual environment with pip can be made. Install it "
            "(Debian, Ubuntu: apt install python3-venv), or name another Python: make setup PYTHON=/path/to/python3"
        )
    run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], "The virtual environment could not be made.")
    run([sys.executable, "-m", "pip", "--python", python(), "install", "--quiet", "pip"], "pip could not be installed.")


def install(lock: str) -> None:
    say(f"Installing what requirements/{lock}.txt locks ...")
    pip = [python(), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    remedy = "The packages could not be installed: is the package index reachable (pip config, proxy)?"
    run([*pip, "--require-hashes", "-r", ROOT / f"requirements/{lock}.txt"], remedy)
    run([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT], "lineagebot itself could not be installed.")


def importable(name: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True).returncode == 0


def run(command: list[object], trouble: str) -> None:
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([str(part) for part in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        stop(f"{trouble}\n{(done.stderr or done.stdout).strip()[-1500:]}")


def say(text: str) -> None:
    print(text, flush=True)


def stop(sentence: str) -> None:
    sys.exit(f"setup: {sentence}")


if __name__ == "__main__":
    main()
