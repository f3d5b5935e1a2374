"""What the watchman says over generated logs, against what was done in them: due, said, false.

    python benchmarks/alerts_log.py [--shared ../shared] [--logs DIRECTORY] [--rows 100000] [--events 250] [corpus ...]

`--logs`: where they lie already, as mozilla.100000.jsonl.gz and so on; else gen_log.py makes them anew. Each is
replayed whole by `lineagebot replay`; what score_log.py says of it is printed and kept in benchmarks/results/.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE / "results" / "alerts_log.txt"
CORPORA = ("mozilla", "tuva_snowflake", "tuva_redshift", "mitodl_trino")


def made(tools: Path, corpus: str, folder: Path, rows: int, events: int) -> Path:
    log = folder / f"{corpus}.{rows}.jsonl.gz"
    if not log.exists():
        words = ["--rows", str(rows), "--events", str(events), "--corpus", corpus, "--out", str(log)]
        subprocess.run([sys.executable, str(tools / "gen_log.py"), *words], check=True, stdout=subprocess.DEVNULL)
    return log


def scored(tools: Path, corpus: str, log: Path) -> str:
    ours = f"{shlex.quote(sys.executable)} -m lineagebot replay {{log}} --jsonl --dialect {{dialect}}"
    words = ["alerts", "--log", str(log), "--corpus", corpus, "--cmd", ours]
    return subprocess.run(
        [sys.executable, str(tools / "score_log.py"), *words], check=True, capture_output=True, text=True
    ).stdout


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("corpora", nargs="*", default=CORPORA)
    words.add_argument("--shared", type=Path, default=HERE.parents[1] / "shared")
    words.add_argument("--logs", type=Path)
    words.add_argument("--rows", type=int, default=100_000)
    words.add_argument("--events", type=int, default=250)
    asked = words.parse_args()
    tools = asked.shared / "tools"
    with tempfile.TemporaryDirectory() as scratch:
        said = []
        for corpus in asked.corpora:
            log = made(tools, corpus, asked.logs or Path(scratch), asked.rows, asked.events)
            said.append(f"{corpus}, {asked.rows:,} rows: {scored(tools, corpus, log).strip()}")
            print(said[-1], flush=True)
    if tuple(asked.corpora) == CORPORA:
        KEPT.write_text("\n".join(said) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
