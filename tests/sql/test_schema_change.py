"""What becomes of the columns when a relation is made anew."""

from __future__ import annotations

from lineagebot.model import Column, ColumnChange
from lineagebot.sql.schema_change import SchemaChange, schema_change


def columns(text: str) -> tuple[Column, ...]:
    """'id int; total numeric(10,2); note' : a type where there is one."""
    return tuple(Column(*column.split(None, 1)) for column in text.split("; ") if column)


def change(before: str, after: str, dialect: str = "postgres") -> SchemaChange:
    return schema_change(columns(before), columns(after), dialect)


def test_columns_come_go_and_change_their_types() -> None:
    found = change(
        "id int; total numeric(18,2); note text; at date", "id bigint; total numeric(10,2); at date; city text"
    )
    assert [c.name for c in found.added] == ["city"]
    assert [c.name for c in found.removed] == ["note"]
    assert [(old.type, new.type) for old, new in found.retyped] == [("numeric(18,2)", "numeric(10,2)")]
    assert [(old.type, new.type) for old, new in found.widened] == [("int", "bigint")]


def test_what_holds_every_old_value_is_no_loss() -> None:
    found = change("id int; note varchar(500)", "id bigint; note varchar(5)")
    assert found.loses == (ColumnChange("note", "varchar(500)", "varchar(5)"),)


def test_a_removed_column_is_a_loss_without_a_new_type() -> None:
    assert change("id int; note text", "id int").loses == (ColumnChange("note", "text"),)


def test_another_name_of_the_same_type_is_no_change() -> None:
    assert change("id NUMBER(38,0); note VARCHAR(16777216)", "id int; note string", "snowflake") == SchemaChange()
    assert change("id INT64; n NUMERIC", "id integer; n decimal", "bigquery") == SchemaChange()


def test_a_type_that_is_not_known_is_no_change() -> None:
    assert change("id int; note text", "id; note") == SchemaChange()


def test_columns_in_another_order_are_the_same_columns() -> None:
    assert change("id int; note text", "note text; id int") == SchemaChange()


def test_nothing_is_said_where_one_side_is_not_known() -> None:
    assert change("", "id int") == SchemaChange()
    assert change("id int", "") == SchemaChange()
