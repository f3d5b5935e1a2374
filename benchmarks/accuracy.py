"""How right our reading of SQL is, against truths that do not come from our own parser.

    python benchmarks/accuracy.py [--shared ../shared] [--only dev,dbt,logs,mozilla] [--logs DIRECTORY] [--rows 50000]

dev: three corpora of single cases. dbt: compiled models against the upstreams that ref() and source() prove. logs:
generated query logs against what was written into them (`--logs`: where they lie already, as mozilla.gz and so on; else
they are made anew). mozilla: one organisation's statements, see mozilla.py. What the scorers say is printed and kept
under benchmarks/results/: figures and names, no text of others.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lineagebot.sql.jsonl import answer

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
OURS = "lineagebot sql --jsonl"
DEV = ("sqllineage", "openlineage", "hardcases")
LOGS = ("mozilla", "tuva_snowflake", "tuva_redshift", "mitodl_trino")
#: Cases where we keep our answer, and why it is the better one for "what breaks". Ends of their ids.
OURS_IS_KEPT = {
    "test_postgres_style_type_cast#77": "a cast without alias has the column's name in Postgres alone",
    "test_union_where_later_branch_introduces_new_output_columns#180": "UNION goes by position, not by name",
    "test_swapping_partitions[vertica]#288": "a swap writes both tables",
    "test_drop_with_comment#291": "a drop is an effect on the table, comment or not",
    "test_delete_from_table#295": "a delete is an effect on the table",
    "test_cache_table[databricks]#302": "what is cached is read",
    "test_cache_table[sparksql]#303": "what is cached is read",
    "test_column_name_inference": "Postgres calls the unnamed column ?column?, not _0",
    "hard/21": "the files that are written are an output",
    "hard/22": "the files that are written are an output",
}


@dataclass(frozen=True, slots=True)
class Asked:
    shared: Path
    logs: Path | None
    rows: int


@dataclass(frozen=True, slots=True)
class Model:
    """A dbt model whose upstream tables we read from its SQL."""

    name: str
    missing: frozenset[str]
    extra: frozenset[str]
    error: str | None

    @property
    def right(self) -> bool:
        return not self.missing and not self.extra


def main() -> None:
    options = _arguments()
    asked = Asked(options.shared.resolve(), options.logs and options.logs.resolve(), options.rows)
    RESULTS.mkdir(exist_ok=True)
    for name in options.only.split(","):
        text = "\n".join(MEASURES[name](asked)) + "\n"
        (RESULTS / f"{name}.txt").write_text(_scrubbed(text, asked), encoding="utf-8")


def dev(asked: Asked) -> Iterator[str]:
    for name in DEV:
        corpus = asked.shared / f"corpora/sql/dev_{name}.jsonl"
        with tempfile.TemporaryDirectory() as directory:
            misses = Path(directory) / "misses.jsonl"
            scored = ("--corpus", str(corpus), "--by", "dialect", "--dump", str(misses))
            yield _tool(asked, "score_sql.py", "--cmd", _ours(), *scored)
            wrong = [json.loads(line) for line in misses.read_text(encoding="utf-8").splitlines()]
        yield _say("\n".join(["not exact:" if wrong else "all exact", *map(_miss, wrong), ""]))


def _miss(case: dict[str, object]) -> str:
    table = case.get("table")
    softened = isinstance(table, dict) and table["lenient_ok"]
    parts = [*(["tables*" if softened else "tables"] if table else []), *(["columns"] if case.get("column") else [])]
    why = next((why for end, why in OURS_IS_KEPT.items() if str(case["id"]).endswith(end)), "not right yet")
    return f"  {case['id']}: {' and '.join(parts)}; {why}"


def dbt(asked: Asked) -> Iterator[str]:
    for corpus in sorted((asked.shared / "corpora/dbt").glob("*.jsonl.xz")):
        if ".sources." in corpus.name:
            continue
        models = list(read_models(corpus))
        right = sum(model.right for model in models)
        yield _say(
            f"{corpus.name.partition('.')[0]:24s} models {len(models)}, "
            f"upstream tables exactly right {right} ({right / len(models):.2%})"
        )
        for model in models:
            if not model.right:
                off = f"missing {sorted(model.missing)}, extra {sorted(model.extra)}"
                yield _say(f"  {model.name}: {off} {model.error or ''}")


def read_models(corpus: Path) -> Iterator[Model]:
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            model = json.loads(line)
            database, schema, _ = model["relation"].split(".")
            case = {key: model[key] for key in ("dialect", "sql")}
            said = answer({"id": model["model"], "default_db": database, "default_schema": schema, **case})
            ours, theirs = _folded(said["inputs"]), _folded(model["expected_upstreams"])
            yield Model(model["model"], theirs - ours, ours - theirs, said["error"] and str(said["error"]))


def _folded(names: object) -> frozenset[str]:
    return frozenset(str(name).lower() for name in names) if isinstance(names, list) else frozenset()


def logs(asked: Asked) -> Iterator[str]:
    for name in LOGS:
        with _log(asked, name) as log:
            yield _say(name)
            yield _tool(asked, "score_log.py", "reading", "--log", str(log), "--corpus", name, "--cmd", _ours())


@contextmanager
def _log(asked: Asked, name: str) -> Iterator[Path]:
    """The log that is there already, or a new one."""
    if asked.logs is not None:
        yield asked.logs / f"{name}.gz"
        return
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / f"{name}.gz"
        made = ("--rows", str(asked.rows), "--seed", "1", "--corpus", name, "--out", str(log))
        subprocess.run([sys.executable, asked.shared / "tools/gen_log.py", *made], check=True, capture_output=True)
        yield log


def mozilla(_: Asked) -> Iterator[str]:
    yield _run([sys.executable, str(HERE / "mozilla.py"), "--list"])


MEASURES: dict[str, Callable[[Asked], Iterator[str]]] = {"dev": dev, "dbt": dbt, "logs": logs, "mozilla": mozilla}


def _ours() -> str:
    return f"{sys.executable} -m {OURS}"


def _tool(asked: Asked, name: str, *words: str) -> str:
    return _run([sys.executable, str(asked.shared / "tools" / name), *words])


def _run(command: list[str]) -> str:
    ours = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=False, env=os.environ | {"PYTHONPATH": ours}
    )
    failed = f"\n(ended with {done.returncode})" if done.returncode else ""
    return _say(done.stdout.rstrip() + failed)


def _say(text: str) -> str:
    print(text, flush=True)
    return text


def _scrubbed(text: str, asked: Asked) -> str:
    """Without the places of this machine, and how fast it is."""
    for place, instead in ((_ours(), OURS), (sys.executable, "python"), (str(asked.shared), "shared")):
        text = text.replace(place, instead)
    text = re.sub(r" wall=[\d.]+s| in [\d.]+ s\b( of one core)?", "", text)  # figures that change with the machine
    return text.replace(str(HERE.parent), ".")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=HERE.parents[1] / "shared")
    parser.add_argument("--only", default=",".join(MEASURES), help="of " + ", ".join(MEASURES))
    parser.add_argument("--logs", type=Path, help="a directory with the logs, instead of making them")
    parser.add_argument("--rows", type=int, default=50_000, help="of each log that is made")
    return parser.parse_args()


if __name__ == "__main__":
    main()
