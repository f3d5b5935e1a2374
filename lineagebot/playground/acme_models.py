"""What the demo company's warehouse is made of: raw tables, and the models that the pipeline builds from them.

Written in the default's words (acme_words.py). The order of MODELS is the order in which the pipeline builds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DATABASE = "shop"

#: Schema-qualified name → columns, as the loader creates them.
RAW = {
    "raw.customers": "id integer primary key, name text, email text, country text, segment text, created_at timestamp",
    "raw.products": "id integer primary key, sku text, title text, category text, price numeric(10,2)",
    "raw.orders": (
        "id integer primary key, customer_id integer, ordered_at timestamp, status text, amount numeric(10,2), "
        "coupon_code text"
    ),
    "raw.order_items": "order_id integer, product_id integer, quantity integer, price numeric(10,2)",
    "raw.payments": "id integer primary key, order_id integer, method text, amount numeric(10,2), paid_at timestamp",
    "raw.refunds": "id integer primary key, order_id integer, amount numeric(10,2), reason text, refunded_at timestamp",
    "raw.web_events": "id integer primary key, customer_id integer, visit text, page text, happened_at timestamp",
}


class Kind(StrEnum):
    """How dbt materializes a model."""

    VIEW = "view"
    TABLE = "table"
    INCREMENTAL = "incremental"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class Model:
    """One model: `select` is its SQL; a seed's rows stand there instead. `key` is the unique key of an incremental."""

    name: str
    kind: Kind
    select: str
    reads: tuple[str, ...] = ()
    key: str = ""
    columns: str = ""

    @property
    def schema(self) -> str:
        return self.name.split(".")[0]

    @property
    def table(self) -> str:
        return self.name.split(".")[1]


def _staging(table: str, columns: str) -> Model:
    source = f"raw.{table}"
    select = f"""with source as (
    select * from {source}
), renamed as (
    select {columns}
    from source
)
select * from renamed"""  # noqa: S608 - our own words
    return Model(f"staging.stg_{table}", Kind.VIEW, select, (source,))


MODELS = (
    Model(
        "staging.countries",
        Kind.SEED,
        "('DE','Germany','EMEA'),('FR','France','EMEA'),('SE','Sweden','EMEA'),('US','United States','AMER'),"
        "('BR','Brazil','AMER'),('JP','Japan','APAC')",
        columns="code text, label text, area text",
    ),
    _staging("customers", "id as customer_id, name, lower(email) as email, country, segment, created_at"),
    _staging("products", "id as product_id, sku, title, category, price as list_price"),
    _staging("orders", "id as order_id, customer_id, ordered_at, ordered_at::date as day, status, amount, coupon_code"),
    _staging("order_items", "order_id, product_id, quantity, price, quantity * price as amount"),
    _staging("payments", "id as payment_id, order_id, method, amount, paid_at"),
    _staging("refunds", "id as refund_id, order_id, amount, reason, refunded_at::date as day"),
    _staging("web_events", "id as event_id, customer_id, visit, page, happened_at, happened_at::date as day"),
    Model(
        "marts.orders",
        Kind.TABLE,
        """select o.order_id, o.customer_id, o.day, o.status, o.coupon_code, o.amount,
       coalesce(sum(p.amount), 0) as paid_amount, count(p.payment_id) as payments
from staging.stg_orders as o
left join staging.stg_payments as p using (order_id)
group by 1, 2, 3, 4, 5, 6""",
        ("staging.stg_orders", "staging.stg_payments"),
    ),
    Model(
        "marts.customers",
        Kind.TABLE,
        """select c.customer_id, c.name, c.email, c.country, k.area, c.segment, c.created_at
from staging.stg_customers as c
left join staging.countries as k on k.code = c.country""",
        ("staging.stg_customers", "staging.countries"),
    ),
    Model(
        "marts.revenue_daily",
        Kind.TABLE,
        """select day, sum(amount) as revenue, count(*) as orders, count(distinct customer_id) as customers
from marts.orders
where status <> 'cancelled'
group by day""",
        ("marts.orders",),
    ),
    Model(
        "marts.customer_ltv",
        Kind.TABLE,
        """with spent as (
    select customer_id, sum(amount) as ltv, min(day) as first_day, max(day) as last_day, count(*) as orders
    from marts.orders
    where status = 'completed'
    group by customer_id
)
select c.customer_id, c.segment, c.country, s.ltv, s.orders, s.first_day, s.last_day
from marts.customers as c
join spent as s using (customer_id)""",
        ("marts.orders", "marts.customers"),
    ),
    Model(
        "marts.product_sales",
        Kind.INCREMENTAL,
        """select o.day, p.product_id, p.title, p.category, sum(i.quantity) as units, sum(i.amount) as revenue
from staging.stg_order_items as i
join staging.stg_products as p using (product_id)
join staging.stg_orders as o using (order_id)
group by 1, 2, 3, 4""",
        ("staging.stg_order_items", "staging.stg_products", "staging.stg_orders"),
        key="day",
    ),
    Model(
        "marts.web_visits",
        Kind.INCREMENTAL,
        """select visit, min(day) as day, max(customer_id) as customer_id, count(*) as pages,
       bool_or(page = '/checkout') as checked_out
from staging.stg_web_events
group by visit""",
        ("staging.stg_web_events",),
        key="visit",
    ),
    Model(
        "marts.funnel_daily",
        Kind.TABLE,
        """select v.day, count(*) as visits, count(*) filter (where v.checked_out) as checkouts, max(r.orders) as orders
from marts.web_visits as v
left join marts.revenue_daily as r on r.day = v.day
group by v.day""",
        ("marts.web_visits", "marts.revenue_daily"),
    ),
    Model(
        "marts.refunds_daily",
        Kind.TABLE,
        """select f.day, f.reason, count(*) as refunds, sum(f.amount) as refunded_amount, sum(o.amount) as amount
from staging.stg_refunds as f
join marts.orders as o using (order_id)
group by 1, 2""",
        ("staging.stg_refunds", "marts.orders"),
    ),
    Model(
        "marts.revenue_by_country",
        Kind.VIEW,
        """select c.country, date_trunc('month', o.day)::date as month, sum(o.amount) as revenue, count(*) as orders
from marts.orders as o
join marts.customers as c using (customer_id)
where o.status <> 'cancelled'
group by 1, 2""",
        ("marts.orders", "marts.customers"),
    ),
)
