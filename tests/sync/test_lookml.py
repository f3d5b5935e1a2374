"""LookML files: includes, extends, refinements, derived tables, and each name that Liquid lets a view have."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineagebot.sync.looker_liquid import values
from lineagebot.sync.looker_lookml import Lookml, read
from lineagebot.sync.looker_model import Explore, View

pytest.importorskip("lkml", reason="lkml is not installed: make setup-dev")

FILES = {
    "manifest.lkml": 'constant: schema { value: "marts" }',
    "sales.model.lkml": """
        connection: "shop"
        include: "/views/*.view.lkml"
        explore: orders {
          join: customers { sql_on: ${orders.customer_id} = ${customers.id} ;; }
          join: buyer { from: customers sql_on: ${orders.buyer_id} = ${buyer.id} ;; }
          join: items { sql: LEFT JOIN UNNEST(${orders.items}) AS items ;; }
          sql_always_where: ${orders.region} = 'EU' ;;
        }
        explore: +orders { label: "All orders" }
    """,
    "views/orders.view.lkml": """
        view: orders {
          sql_table_name: {% if _user_attributes['env'] == 'dev' %} dev.orders
            {% else %} @{schema}.orders {% endif %} ;;
          dimension: customer_id {}
          dimension: region { sql: UPPER(${TABLE}.region_code) ;; }
          dimension_group: created { type: time timeframes: [date, month] sql: ${TABLE}.created_at ;; }
          measure: total { type: sum sql: ${net} ;; }
          dimension: net { sql: ${TABLE}.amount - ${TABLE}.tax ;; }
          dimension: bare { sql: amount * 2 ;; }
        }
        view: items { dimension: sku { sql: ${TABLE}.sku ;; } }
        view: +orders { dimension: tag { sql: ${TABLE}.tag ;; } }
    """,
    "views/customers.view.lkml": """
        view: base { extension: required sql_table_name: @{schema}.customers ;; dimension: id { sql: ${TABLE}.id ;; } }
        view: customers { extends: [base] dimension: vip { sql: ${TABLE}.vip ;; } }
        view: facts {
          derived_table: { sql: SELECT customer_id, SUM(amount) AS value FROM ${customers.SQL_TABLE_NAME}
            WHERE {% condition day %} created_at {% endcondition %}
            -- if dev -- AND false
            GROUP BY 1 ;; }
          dimension: value { sql: ${TABLE}.value ;; }
        }
        view: asked { derived_table: { explore_source: orders { column: sum { field: orders.total } } }
          dimension: sum { sql: ${TABLE}.sum ;; } }
        view: channelled {
          parameter: channel { type: unquoted allowed_value: { value: "a" } allowed_value: { value: "b" } }
          sql_table_name: marts.events_{% parameter channel %} ;;
        }
    """,
    "views/broken.view.lkml": "view: broken { dimension: x { sql: ${TABLE}.x } }",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Lookml:
    folder = tmp_path_factory.mktemp("lookml")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(folder)


def view(project: Lookml, name: str) -> View:
    return next(one for one in project.views if one.name == name)


def test_each_branch_of_a_table_name_is_listed(project: Lookml) -> None:
    assert view(project, "orders").tables == ("dev.orders", "marts.orders")
    assert view(project, "channelled").tables == ("marts.events_a", "marts.events_b")


def test_extends_and_refinements_are_laid_over_each_other(project: Lookml) -> None:
    customers = view(project, "customers")

    assert customers.tables == ("marts.customers",)
    assert {field.name for field in customers.fields} == {"id", "vip"}
    assert "tag" in {field.name for field in view(project, "orders").fields}
    assert "base" not in {one.name for one in project.views}


def test_a_field_says_which_columns_it_reads(project: Lookml) -> None:
    orders = view(project, "orders")
    read_by: dict[str, set[str]] = {}
    for one in orders.reads("postgres"):
        read_by.setdefault(one.field or "", set()).add(f"{one.column} {one.how}")

    assert read_by == {
        "customer_id": {"customer_id copied"},
        "region": {"region_code computed"},
        "created": {"created_at copied"},
        "total": {"amount aggregated", "tax aggregated"},
        "net": {"amount computed", "tax computed"},
        "bare": {"amount computed"},
        "tag": {"tag copied"},
    }
    assert orders.field_of("created_month") == "created"


def test_a_derived_table_stands_on_what_it_names(project: Lookml) -> None:
    (sql,) = view(project, "facts").sqls
    asked = view(project, "asked")

    assert "FROM marts.customers" in sql
    assert "(created_at) IS NOT NULL" in sql.replace("( ", "(").replace(" )", ")")
    assert "AND false" not in sql
    assert (asked.explore, asked.columns) == ("orders", (("sum", "orders.total"),))


def test_an_explore_and_what_it_joins(project: Lookml) -> None:
    (orders,) = (one for one in project.explores if isinstance(one, Explore))

    assert (orders.label, orders.connection, orders.always) == ("All orders", "shop", ("orders.region",))
    assert [(join.alias, join.view, join.nested) for join in orders.joins] == [
        ("orders", "orders", False), ("customers", "customers", False), ("buyer", "customers", False),
        ("items", "items", True),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_costs_itself_alone(project: Lookml) -> None:
    assert [p for p in project.problems if "broken.view.lkml" in p]
    assert len(project.problems) == 1


LIQUID = [
    ("no Liquid", "a.b", ("a.b",)),
    ("if without else", "a{% if x %}_dev{% endif %}", ("a_dev", "a")),
    ("elsif", "{% if x %}a{% elsif y %}b{% else %}c{% endif %}", ("a", "b", "c")),
    ("nested", "{% if x %}{% if y %}a{% else %}b{% endif %}{% else %}c{% endif %}", ("a", "c", "b")),
    ("case", "{% case x %}{% when 'p' %}a{% when 'q' %}b{% else %}c{% endcase %}", ("a", "b", "c")),
    ("a parameter with values", "t_{% parameter p %}", ("t_1", "t_2")),
    ("one that a view names", "t_{% parameter v.p %}", ("t_1", "t_2")),
    ("its value", "t_{{ p._parameter_value }}", ("t_1", "t_2")),
    ("one without values stays", "t_{% parameter q %}", ("t_{% parameter q %}",)),
    ("a user's attribute stays", "{{ _user_attributes['s'] }}.t", ("{{ _user_attributes['s'] }}.t",)),
    ("white space control", "{%- if x -%}a{%- else -%}b{%- endif -%}", ("a", "b")),
]


@pytest.mark.parametrize(("why", "text", "expected"), LIQUID, ids=[case[0] for case in LIQUID])
def test_what_a_text_can_become(why: str, text: str, expected: tuple[str, ...]) -> None:
    assert values(text, parameters={"p": ["1", "2"], "q": []}) == expected


def test_the_genuine_lookml_of_the_fact_sheet(fixtures: Path, tmp_path: Path) -> None:
    for name, folder in (("sales.model.lkml", "models"), ("views.view.lkml", "views"), ("broken.view.lkml", "views")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(
            (fixtures / "lookml" / name).read_text(encoding="utf-8"), encoding="utf-8"
        )

    found = read(tmp_path)

    assert view(found, "orders").tables == ("`acme-dev.analytics.fct_orders`", "`acme-prod.analytics.fct_orders`")
    assert len(view(found, "order_facts").sqls) == 2
    assert {one.name for one in found.explores} == {"orders", "eu_orders", "raw"}
