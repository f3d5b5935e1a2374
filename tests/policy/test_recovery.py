"""Every way back, per system, as it is told: tests/policy/recovery/<system>.txt, with the vendor's page named.

Where a hint is SQL without a placeholder, we understand it ourselves, and it names the very asset that was harmed.
`python -m tests.policy.test_recovery` writes the files anew; read what changed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from lineagebot.model import Action, AssetKey, AssetKind, ColumnChange, Effect, Session
from lineagebot.policy.recovery import Kept, recovery_of
from lineagebot.policy.spelled import quoted
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

GOLDENS = Path(__file__).parent / "recovery"
AT = datetime(2026, 11, 23, 11, 58, 30, 250_000, UTC)

#: System → the path of its table, and the vendor's pages that its hints follow.
SYSTEMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "snowflake": (
        ("SHOP", "MARTS", "REVENUE"),
        (
            "https://docs.snowflake.com/user-guide/data-time-travel",
            "https://docs.snowflake.com/sql-reference/sql/undrop-table",
            "https://docs.snowflake.com/sql-reference/sql/undrop-schema",
            "https://docs.snowflake.com/sql-reference/constructs/at-before",
            "https://docs.snowflake.com/user-guide/data-failsafe",
        ),
    ),
    "bigquery": (
        ("acme-prod", "marts", "revenue"),
        (
            "https://cloud.google.com/bigquery/docs/restore-deleted-tables",
            "https://cloud.google.com/bigquery/docs/access-historical-data",
            "https://cloud.google.com/bigquery/docs/restore-deleted-datasets",
        ),
    ),
    "redshift": (
        ("shop", "marts", "revenue"),
        ("https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreTableFromClusterSnapshot.html",),
    ),
    "databricks": (
        ("main", "marts", "revenue"),
        (
            "https://docs.databricks.com/sql/language-manual/sql-ref-syntax-ddl-undrop-table",
            "https://docs.databricks.com/sql/language-manual/delta-restore",
            "https://docs.databricks.com/delta/history",
        ),
    ),
    "postgres": (
        ("shop", "marts", "revenue"),
        ("https://www.postgresql.org/docs/current/continuous-archiving.html",),
    ),
    "trino": (
        ("lake", "marts", "revenue"),
        ("https://trino.io/docs/current/connector/iceberg.html",),
    ),
    "clickhouse": (
        ("marts", "revenue"),
        (
            "https://clickhouse.com/docs/sql-reference/statements/undrop",
            "https://clickhouse.com/docs/operations/backup",
        ),
    ),
    "duckdb": (
        ("shop", "marts", "revenue"),
        ("https://duckdb.org/docs/stable/sql/statements/export.html",),
    ),
}


def cases(system: str) -> dict[str, tuple[Effect, dict[str, object]]]:
    """What happened → the effect, and what else is known."""
    path, _ = SYSTEMS[system]
    table = AssetKey("wh", path)
    upper = path[-1].isupper()
    other = AssetKey("wh", (*path[:-1], "REVENUE_OLD" if upper else "revenue_old"))
    odd = AssetKey("wh", (*path[:-1], "ORDER" if upper else "order"))
    schema = AssetKey("wh", path[:-1])
    amount, total = ("AMOUNT", "TOTAL") if upper else ("amount", "total")
    found: dict[str, tuple[Effect, dict[str, object]]] = {
        "a table dropped": (Effect(Action.DROP, table), {}),
        "dropped, and the name is taken again": (
            Effect(Action.REPLACE, table, columns=(ColumnChange(amount),)),
            {"taken": True},
        ),
        "a table that must be quoted": (Effect(Action.DROP, odd), {}),
        "an external table dropped": (Effect(Action.DROP, table, AssetKind.FOREIGN_TABLE), {}),
        "a schema dropped": (Effect(Action.DROP, schema, AssetKind.SCHEMA, cascade=True), {}),
        "a view dropped": (
            Effect(Action.DROP, table, AssetKind.VIEW),
            {"definition": "SELECT 1 AS one;"},
        ),
        "a view dropped, its text unknown": (Effect(Action.DROP, table, AssetKind.VIEW), {}),
        "a materialized view dropped": (Effect(Action.DROP, table, AssetKind.MATERIALIZED_VIEW), {}),
        "truncated": (Effect(Action.TRUNCATE, table), {}),
        "all rows deleted, by a known statement": (
            Effect(Action.DELETE, table, every_row=True),
            {"statement": "01b2-0601"},
        ),
        "overwritten": (Effect(Action.OVERWRITE, table, partial=True), {}),
        "a partition dropped": (Effect(Action.DROP_PARTITION, table, partition="2026-11-01"), {}),
        "a column dropped": (Effect(Action.DROP_COLUMN, table, columns=(ColumnChange(amount),)), {}),
        "a column retyped": (
            Effect(Action.RETYPE_COLUMN, table, columns=(ColumnChange(amount, "numeric", "int"),)),
            {},
        ),
        "a column renamed": (
            Effect(Action.RENAME_COLUMN, table, columns=(ColumnChange(amount, renamed_to=total),)),
            {},
        ),
        "renamed": (Effect(Action.RENAME, table, renamed_to=other), {}),
        "replaced": (Effect(Action.REPLACE, table, columns=(ColumnChange(amount),)), {}),
        "closed to somebody": (Effect(Action.REVOKE, table, grantees=("ana",)), {}),
    }
    if system in ("snowflake", "bigquery", "databricks"):
        found["dropped, kept for 3 days"] = (Effect(Action.DROP, table), {"kept": Kept(timedelta(days=3))})
    if system == "snowflake":
        short = Kept(timedelta(days=3), transient=True)
        found["dropped, a transient one"] = (Effect(Action.DROP, table), {"kept": short})
        found["dropped, nothing is kept"] = (Effect(Action.DROP, table), {"kept": Kept(timedelta(0), transient=True)})
    if system in ("snowflake", "clickhouse"):
        found["swapped"] = (Effect(Action.SWAP, table, renamed_to=other), {})
    if path[0] in ("SHOP", "shop"):
        found["a database dropped"] = (Effect(Action.DROP, AssetKey("wh", path[:1]), AssetKind.DATABASE), {})
    return found


def told(system: str) -> str:
    _, pages = SYSTEMS[system]
    lines = [f"# {page}" for page in pages]
    for name, (effect, known) in cases(system).items():
        found = recovery_of(effect, system, at=AT, **known)  # type: ignore[arg-type]
        lines += ["", f"== {name}", found.says, *([found.sql] if found.sql else [])]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_way_back_is_told_as_the_vendor_has_it(system: str) -> None:
    assert told(system) == (GOLDENS / f"{system}.txt").read_text()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_hint_to_paste_is_understood_and_names_what_was_harmed(system: str) -> None:
    path, _ = SYSTEMS[system]
    for name, (effect, known) in cases(system).items():
        text = recovery_of(effect, system, at=AT, **known).sql  # type: ignore[arg-type]
        if text is None or "<" in text.replace("=>", "") or text.startswith("bq "):
            continue
        understood = understand(
            text, system, Session("wh", path[0] if len(path) > 2 else None, path[-2:-1]), Catalog(())
        )
        assert not understood.problems, (name, understood.problems)
        touched = {key for e in understood.effects for key in (e.target, e.renamed_to) if key is not None}
        read = {r.asset for r in understood.reads}
        assert effect.target in touched | read or text.startswith("CREATE SCHEMA"), (name, text, touched)


def test_where_nobody_knows_the_system_somebody_is_asked() -> None:
    said = recovery_of(Effect(Action.DROP, AssetKey("wh", ("a", "b"))), "", at=AT)
    assert (said.says, said.sql) == (
        "Ask whoever keeps the backups for the state just before 2026-11-23 11:58:30 UTC.",
        None,
    )


@pytest.mark.parametrize(("name", "dialect", "spelled"), [
    ("revenue", "postgres", "revenue"), ("Revenue", "postgres", '"Revenue"'), ("order", "postgres", '"order"'),
    ('a"b', "postgres", '"a""b"'), ("REVENUE", "snowflake", "REVENUE"), ("revenue", "snowflake", '"revenue"'),
    ("ORDER", "snowflake", '"ORDER"'), ("acme-prod", "bigquery", "`acme-prod`"), ("umsätze", "duckdb", '"umsätze"'),
    ("a`b", "databricks", "`a``b`"), ("Events", "clickhouse", "Events"),
])  # fmt: skip
def test_a_name_is_quoted_where_it_must_be(name: str, dialect: str, spelled: str) -> None:
    assert quoted(name, dialect) == spelled


@pytest.mark.parametrize("name", ["a column renamed", "renamed", "a view dropped"])
def test_postgres_takes_its_hints(name: str, empty_url: str) -> None:
    harms = {
        "a column renamed": "ALTER TABLE marts.revenue RENAME COLUMN amount TO total",
        "renamed": "ALTER TABLE marts.revenue RENAME TO revenue_old",
        "a view dropped": "DROP TABLE marts.revenue",
    }
    effect, known = cases("postgres")[name]
    with psycopg.connect(empty_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA marts; CREATE TABLE marts.revenue (one int, amount numeric)")
        connection.execute(harms[name])
        connection.execute(recovery_of(effect, "postgres", at=AT, **known).sql or "")  # type: ignore[arg-type]
        assert connection.execute("SELECT one FROM marts.revenue").description is not None


if __name__ == "__main__":
    for each in SYSTEMS:
        (GOLDENS / f"{each}.txt").write_text(told(each))
