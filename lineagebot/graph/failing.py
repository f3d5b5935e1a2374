"""What a statement failed for, by the words of its error: something that is not there, a right that is missing."""

from __future__ import annotations

import re

#: In the words of Postgres, Redshift, Snowflake, BigQuery, Databricks, Trino, MySQL and SQL Server; or its SQLSTATE.
MISSING = re.compile(
    r"does(?:n['’]t| not) exist|not exist or|not found|cannot be (?:found|resolved)|can(?:['’]t|not) (?:find|resolve)"
    r"|unknown (?:table|column|database|schema|relation|identifier)|unrecognized name|no such"
    r"|invalid (?:object|column|table|identifier)|undefined (?:table|column)|\b42P01\b|\b42703\b|\b42S02\b|\b42S22\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"denied|not authorized|insufficient privilege|permission|\b42501\b", re.IGNORECASE)


def is_for_want(error: str | None) -> bool:
    """Whether it failed for the want of something; True where nobody said what for."""
    return error is None or bool(MISSING.search(error) or DENIED.search(error))
