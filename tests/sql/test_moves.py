"""What a table loses when a statement moves its rows elsewhere."""

from __future__ import annotations

import pytest

from . import reading

CASES = [
    ("hive", "ALTER TABLE a EXCHANGE PARTITION (d = '1') WITH TABLE b",
     ["append table a partition ( d = '1' )", "drop partition table b partition ( d = '1' )"]),
    ("tsql", "DELETE FROM dbo.t OUTPUT deleted.a INTO dbo.log (y) WHERE b = 1",
     ["delete table dbo.t", "append table dbo.log"]),
    ("ansi", "SELECT move_partitions_to_table('s.a', '1', '2', 's.b')",
     ["drop partition table s.a partition 1 .. 2", "append table s.b partition 1 .. 2"]),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "expected"), CASES, ids=[case[1] for case in CASES])
def test_rows_move(dialect: str, sql: str, expected: list[str]) -> None:
    understood = reading.read(sql, dialect=dialect)
    assert understood.problems == ()
    assert reading.effects(understood) == expected
