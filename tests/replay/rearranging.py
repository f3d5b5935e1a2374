"""Tell the same scenario otherwise: other times, other spellings, other messages, in other company."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from .renaming import Case, all_renamed, table_words

Row = Mapping[str, Any]

#: Dialects whose clients send one statement at a time.
ONE_BY_ONE = frozenset({"trino", "databricks", "spark", "athena", "hive"})
#: Dialects in which the case of a table's name is a part of it.
CASE_COUNTS = frozenset({"bigquery", "mysql", "clickhouse"})
#: Statements that one client sends in one message follow each other so closely.
ONE_MESSAGE = timedelta(seconds=30)

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|(?P<tag>\$\w*\$).*?(?P=tag)|--[^\n]*|/\*.*?\*/)""",
    re.DOTALL,
)
_BLOCK = re.compile(
    r"\b(declare|loop|while|repeat|procedure|function|case|for)\b|\bif\b(?!\s+(not\s+)?exists)"
    r"|\bbegin\b(?!\s*(;|$|tran|work))", re.IGNORECASE,
)  # fmt: skip
_OF_A_SCHEMA = re.compile(r"\b(schema|database|catalog|use|search_path|dataset|clone)\b", re.IGNORECASE)


def shifted(case: Case, chance: random.Random) -> Case:
    """Another day, another hour, written down in another time zone."""
    by = timedelta(days=chance.randint(-300, 300), seconds=chance.randint(-40_000, 40_000))
    zone = chance.choice((None, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))))

    def moved(row: Row) -> Row:
        at = datetime.fromisoformat(row["ts"]) + by
        return {**row, "ts": (at.astimezone(zone) if zone is not None and at.tzinfo else at).isoformat()}

    return {**case, "history": [*map(moved, case["history"])], "log": [*map(moved, case["log"])]}


def quoted(case: Case, chance: random.Random) -> Case:
    """Names in quotes that say the same as without them."""
    words = _words_of(case)
    if not words:
        return case
    found = re.compile(rf"(?<![\w$.:@-])(\w[\w-]*\.)*({'|'.join(words)})\w*(?![\w(-])", re.IGNORECASE)
    spelled = _SPELLED.get(case["dialect"], '"{}"')
    upper = case["dialect"] == "snowflake"

    def path(match: re.Match[str]) -> str:
        parts = match[0].split(".")
        if case["dialect"] not in CASE_COUNTS:
            parts = [p.upper() if upper else p.lower() for p in parts]
        return ".".join(spelled.format(part) for part in parts)

    return _sql_changed(case, lambda code: found.sub(path, code))


def case_changed(case: Case, chance: random.Random) -> Case:
    """What is not quoted in the other case; keywords only, where the case of a name counts."""
    upper = chance.random() < 0.5
    keywords_only = case["dialect"] in CASE_COUNTS
    words = re.compile(
        r"\b(drop|table|view|if|exists|truncate|delete|from|where|alter|rename|to|column|create|or|replace|as|select"
        r"|update|set|insert|into|cascade|schema|begin|commit|rollback|with|and)\b" if keywords_only else r"\w+",
        re.IGNORECASE,
    )  # fmt: skip
    return _sql_changed(case, lambda code: words.sub(lambda m: m[0].upper() if upper else m[0].lower(), code))


def joined(case: Case, chance: random.Random) -> Case:
    """What one session says in a row goes out in one message."""
    if case["dialect"] in ONE_BY_ONE:
        return case
    return {**case, "history": _joined(case["history"]), "log": _joined(case["log"])}


def split(case: Case, chance: random.Random) -> Case:
    """A message of several statements becomes as many messages."""
    if case["dialect"] in ONE_BY_ONE:
        return case
    return {**case, "history": _split(case["history"]), "log": _split(case["log"])}


def company(case: Case, chance: random.Random) -> Case:
    """Others work meanwhile, on other things; the same people too, in other sessions."""
    history, log = (list(_among_others(case, part, chance)) for part in ("history", "log"))
    return {**case, "history": history, "log": log}


def interleaved(case: Case, others: Sequence[Case], chance: random.Random) -> Case:
    """Another scenario, of other things and people, happens at the same time."""
    shuffled = list(others)
    chance.shuffle(shuffled)
    for other in shuffled:
        if other["id"] == case["id"] or not _fits(case, other):
            continue
        renamed = all_renamed(other, chance)
        if not _tables_named(case) & _tables_named(renamed):
            return _both(case, renamed, chance)
    return case


_SPELLED = dict.fromkeys(("bigquery", "databricks", "spark", "hive", "mysql"), "`{}`")


def _words_of(case: Case) -> list[str]:
    names = {part.lower() for asset in case["assets_before"] for part in asset["name"].split(".")[-1:]}
    plain = {name for name in names if re.fullmatch(r"[a-z_]\w+", name)}
    return sorted(plain, key=len, reverse=True)


def _sql_changed(case: Case, change: Callable[[str], str]) -> Case:
    def told(row: Row) -> Row:
        return {**row, "sql": "".join(change(t) if code else t for t, code in _pieces(row["sql"]))}

    return {**case, "history": [*map(told, case["history"])], "log": [*map(told, case["log"])]}


def _pieces(sql: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces: (piece, whether it is neither quoted nor a comment)."""
    at = 0
    for match in _TOKEN.finditer(sql):
        yield sql[at : match.start()], True
        yield match[0], False
        at = match.end()
    yield sql[at:], True


def _joined(rows: Iterable[Row]) -> list[Row]:
    listed = _in_order(rows)
    parents = {row.get("child_of") for row in listed}
    found: list[Row] = []
    for row in listed:
        before = found[-1] if found else None
        if before is not None and _one_message(before, row, parents):
            found[-1] = {**before, "sql": f"{before['sql'].rstrip().rstrip(';')}\n;\n{row['sql']}"}
        else:
            found.append(row)
    return found


def _one_message(before: Row, row: Row, parents: set[Any]) -> bool:
    same = all(before.get(k) == row.get(k) for k in ("session", "user", "app", "txn", "run"))
    plain = all(
        one["status"] == "success" and one.get("child_of") is None and one["seq"] not in parents
        and one.get("rows_affected") is None and not _BLOCK.search(one["sql"])
        for one in (before, row)
    )  # fmt: skip
    return same and plain and _time(row) - _time(before) <= ONE_MESSAGE


def _split(rows: Iterable[Row]) -> list[Row]:
    listed = _in_order(rows)
    parents = {row.get("child_of") for row in listed}
    found: list[Row] = []
    for row in listed:
        statements = _statements(row["sql"])
        related = row["seq"] in parents or row.get("child_of") is not None
        if len(statements) < 2 or row["status"] != "success" or related:
            found.append(row)
            continue
        for number, statement in enumerate(statements):
            at = _time(row) + timedelta(milliseconds=number)
            found.append({**row, "sql": statement, "ts": at.isoformat(), "seq": row["seq"] + number / 1000})
    return _numbered(found)


def _statements(sql: str) -> list[str]:
    if _BLOCK.search("".join(piece for piece, code in _pieces(sql) if code)):
        return [sql]
    found = [""]
    for piece, code in _pieces(sql):
        first, *more = piece.split(";") if code else [piece]
        found[-1] += first
        found += more
    return [text.strip() for text in found if re.sub(r"--[^\n]*|/\*.*?\*/|\s", "", text, flags=re.DOTALL)]


def _among_others(case: Case, part: str, chance: random.Random) -> Iterator[Row]:
    rows = _in_order(case[part])
    users = sorted({(row["user"], row.get("app")) for row in rows}, key=str)
    found: list[Row] = []
    number = 0
    for row, after in zip(rows, [*rows[1:], None][: len(rows)], strict=True):
        found.append(row)
        gap = min((_time(after) - _time(row)) if after is not None else ONE_MESSAGE, ONE_MESSAGE)
        for _ in range(chance.randint(0, 2)):
            number += 1
            user, app = chance.choice([*users, ("nina", None), ("svc_other", "airflow")])
            text, status = chance.choice(_MEANWHILE)
            at = _time(row) + gap * (0.1 + 0.8 * chance.random())
            found.append({
                "seq": row["seq"] + number / 1000, "ts": at.isoformat(), "user": user, "session": f"other{number}",
                "txn": None, "app": app, "status": status, "sql": text.format(_elsewhere(case), number),
                **({"error": "it failed"} if status == "error" else {}),
            })  # fmt: skip
    yield from _numbered(found)


def _elsewhere(case: Case) -> str:
    """A schema of its own, in the database of the scenario."""
    parts = case["assets_before"][0]["name"].split(".") if case["assets_before"] else ["a", "b"]
    outer = parts[0] if len(parts) == 3 else ""
    if case["dialect"] == "bigquery" and outer:
        outer = f"`{outer}`"
    return f"{outer}.zz_lab" if outer else "zz_lab"


#: What others do meanwhile: (text, status).
_MEANWHILE = (
    ("select 1", "success"),
    ("select count(*) from {0}.elsewhere where id = {1}", "success"),
    ("insert into {0}.notes select id from {0}.elsewhere", "success"),
    ("create table {0}.scratch_{1} as select id from {0}.elsewhere", "success"),
    ("drop table if exists {0}.scratch_{1}", "success"),
    ("drop table {0}.not_there", "error"),
    ("delete from {0}.queue where id = {1}", "success"),
    ("truncate table {0}.inbox", "success"),
    ("selec nothing", "error"),
)


def _fits(case: Case, other: Case) -> bool:
    """Both stand in one warehouse without being in each other's way."""
    if case["dialect"] != other["dialect"] or any(c["id"].startswith("quoted-") for c in (case, other)):
        return False
    contexts = [{k: v for k, v in (c.get("context") or {}).items() if k != "consumer_roles"} for c in (case, other)]
    outer = [{a["name"].split(".")[0] for a in c["assets_before"] if a["name"].count(".") == 2} for c in (case, other)]
    plain = not any(_OF_A_SCHEMA.search(row["sql"]) for c in (case, other) for row in (*c["log"], *c["history"]))
    return contexts == [{}, {}] and plain and outer[0] == outer[1] and bool(table_words(other))


def _tables_named(case: Case) -> set[str]:
    behind = re.compile(r"\b(?:table|view|into|join|from|update|to|with|exists|using)\s+([\w.`\"$-]+)", re.IGNORECASE)
    said = (m for row in (*case["log"], *case["history"]) for m in behind.findall(row["sql"]))
    names = {text.strip('`"').rpartition(".")[2].strip('`"').lower() for text in said}
    return (names | {a["name"].rpartition(".")[2].lower() for a in case["assets_before"]}) - {"if", "exists", "select"}


def _with_other_boards(case: Case) -> Case:
    """What people open is another thing too, though it may be called the same."""
    inside = {asset["name"].lower() for asset in case["assets_before"]}

    def named(name: str) -> str:
        return name if name.lower() in inside or "." in name else f"{name} (II)"

    def renamed(asset: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**asset, "downstream": [{**d, "name": named(d["name"])} for d in asset["downstream"]]}

    context = dict(case.get("context") or {})
    if roles := context.get("consumer_roles"):
        context["consumer_roles"] = {named(name): role for name, role in roles.items()}
    return {**case, "context": context, "assets_before": [*map(renamed, case["assets_before"])]}


def _both(case: Case, other: Case, chance: random.Random) -> Case:
    other = _with_other_boards(other)
    begun, other_begun = (min(map(_time, c["log"])) for c in (case, other))
    by = begun - other_begun + timedelta(seconds=chance.uniform(-5, 5))
    context, more = dict(case.get("context") or {}), other.get("context") or {}
    if roles := {**context.get("consumer_roles", {}), **more.get("consumer_roles", {})}:
        context["consumer_roles"] = roles

    def together(part: str) -> list[Row]:
        theirs = [
            {
                **row, "ts": (_time(row) + by).isoformat(), "session": f"other/{row['session']}",
                "txn": row["txn"] and f"other/{row['txn']}", "seq": row["seq"] + 100_000,
                **({"child_of": row["child_of"] + 100_000} if row.get("child_of") is not None else {}),
            }
            for row in other[part]
        ]  # fmt: skip
        return _numbered([*case[part], *theirs])

    named = {asset["name"].lower() for asset in case["assets_before"]}
    assets = [*case["assets_before"], *(a for a in other["assets_before"] if a["name"].lower() not in named)]
    return {
        **case, "context": context, "assets_before": assets, "history": together("history"), "log": together("log"),
        "expected": {"alerts": [*case["expected"]["alerts"], *other["expected"]["alerts"]]},
    }  # fmt: skip


def _numbered(rows: Iterable[Row]) -> list[Row]:
    """In the order of time, counted anew."""
    listed = _in_order(rows)
    numbers = {row["seq"]: number for number, row in enumerate(listed)}
    return [
        {**row, "seq": n, **({"child_of": numbers[row["child_of"]]} if row.get("child_of") is not None else {})}
        for n, row in enumerate(listed)
    ]


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (_time(row), row["seq"]))


def _time(row: Row) -> datetime:
    return datetime.fromisoformat(row["ts"])
