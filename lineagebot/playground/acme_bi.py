"""The demo company's dashboards and the questions its analysts ask, with {day}, {country}, {n} where they differ.

Written in the default's words (acme_words.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`reads`: table → columns that its queries use. `owner` is a channel, or the number of a person."""

    title: str
    folder: str
    owner: str | int
    reads: tuple[tuple[str, tuple[str, ...]], ...]
    queries: tuple[str, ...]
    tags: tuple[str, ...] = ()


DASHBOARDS = (
    Dashboard(
        "Revenue",
        "Finance",
        "#finance",
        (
            ("marts.revenue_daily", ("day", "revenue", "orders")),
            ("marts.revenue_by_country", ("country", "month", "revenue")),
        ),
        (
            "SELECT day, revenue FROM marts.revenue_daily WHERE day >= '{day}' ORDER BY day",
            "SELECT sum(revenue) AS revenue, sum(orders) AS orders FROM marts.revenue_daily WHERE day >= '{day}'",
            "SELECT country, sum(revenue) FROM marts.revenue_by_country GROUP BY country ORDER BY 2 DESC LIMIT {n}",
        ),
        ("tier1",),
    ),
    Dashboard(
        "Exec weekly",
        "Management",
        4,
        (
            ("marts.revenue_daily", ("day", "revenue", "customers")),
            ("marts.customer_ltv", ("segment", "ltv")),
            ("marts.funnel_daily", ("day", "visits", "checkouts")),
        ),
        (
            "SELECT date_trunc('week', day) AS week, sum(revenue), max(customers) FROM marts.revenue_daily "
            "WHERE day >= '{day}' GROUP BY 1 ORDER BY 1",
            "SELECT segment, avg(ltv) FROM marts.customer_ltv GROUP BY segment",
            "SELECT sum(checkouts)::numeric / nullif(sum(visits), 0) FROM marts.funnel_daily WHERE day >= '{day}'",
        ),
        ("tier1",),
    ),
    Dashboard(
        "Customer health",
        "CRM",
        2,
        (
            ("marts.customer_ltv", ("customer_id", "ltv", "last_day", "segment")),
            ("marts.customers", ("customer_id", "name", "country")),
        ),
        (
            "SELECT c.name, l.ltv FROM marts.customer_ltv AS l JOIN marts.customers AS c USING (customer_id) "
            "WHERE c.country = '{country}' ORDER BY l.ltv DESC LIMIT {n}",
            "SELECT segment, count(*) FROM marts.customer_ltv WHERE last_day < '{day}' GROUP BY segment",
        ),
    ),
    Dashboard(
        "Product performance",
        "Product",
        3,
        (("marts.product_sales", ("day", "title", "category", "units", "revenue")),),
        (
            "SELECT category, sum(revenue) FROM marts.product_sales WHERE day >= '{day}' GROUP BY category",
            "SELECT title, sum(units) FROM marts.product_sales WHERE day >= '{day}' "
            "GROUP BY title ORDER BY 2 DESC LIMIT {n}",
        ),
    ),
    Dashboard(
        "Web funnel",
        "Growth",
        "#growth",
        (
            ("marts.funnel_daily", ("day", "visits", "checkouts", "orders")),
            ("marts.web_visits", ("day", "pages", "checked_out")),
        ),
        (
            "SELECT day, visits, checkouts, orders FROM marts.funnel_daily WHERE day >= '{day}' ORDER BY day",
            "SELECT checked_out, avg(pages) FROM marts.web_visits WHERE day >= '{day}' GROUP BY checked_out",
        ),
    ),
    Dashboard(
        "Refund watch",
        "Support",
        "#data-platform",
        (
            ("marts.refunds_daily", ("day", "reason", "refunds", "refunded_amount")),
            ("marts.orders", ("order_id", "status", "day")),
        ),
        (
            "SELECT day, reason, refunds, refunded_amount FROM marts.refunds_daily WHERE day >= '{day}' ORDER BY day",
            "SELECT status, count(order_id) FROM marts.orders WHERE day >= '{day}' GROUP BY status",
        ),
    ),
)

#: What people type. Each person keeps to some of them, so that "who reads this" has an answer.
QUESTIONS = (
    "SELECT * FROM marts.revenue_daily ORDER BY day DESC LIMIT {n}",
    "SELECT sum(revenue) FROM marts.revenue_daily WHERE day BETWEEN '{day}' AND current_date",
    "SELECT day, revenue, lag(revenue) OVER (ORDER BY day) AS before FROM marts.revenue_daily WHERE day > '{day}'",
    "SELECT segment, percentile_cont(0.5) WITHIN GROUP (ORDER BY ltv) FROM marts.customer_ltv GROUP BY segment",
    "SELECT customer_id, ltv FROM marts.customer_ltv WHERE ltv > {n} AND country = '{country}' ORDER BY ltv DESC",
    "SELECT c.country, count(*) FROM marts.orders AS o JOIN marts.customers AS c USING (customer_id) "
    "WHERE o.day >= '{day}' GROUP BY c.country",
    "SELECT count(*) FROM marts.orders WHERE status = 'returned' AND day > '{day}'",
    "WITH late AS (SELECT order_id, amount - paid_amount AS open FROM marts.orders WHERE paid_amount < amount) "
    "SELECT count(*), sum(open) FROM late WHERE order_id > {n}",
    "SELECT category, sum(units) FROM marts.product_sales WHERE day >= '{day}' GROUP BY 1 HAVING sum(units) > {n}",
    "SELECT title FROM marts.product_sales WHERE day = (SELECT max(day) FROM marts.product_sales) LIMIT {n}",
    "SELECT v.day, count(*) FROM marts.web_visits AS v WHERE v.pages > {n} GROUP BY v.day ORDER BY v.day DESC",
    "SELECT * FROM marts.funnel_daily WHERE day >= '{day}'",
    "SELECT reason, sum(refunded_amount) FROM marts.refunds_daily GROUP BY reason",
    "SELECT month, revenue FROM marts.revenue_by_country WHERE country = '{country}' ORDER BY month",
    "SELECT email FROM raw.customers WHERE country = '{country}' AND id < {n}",
    "SELECT method, count(*), avg(amount) FROM raw.payments WHERE order_id > {n} GROUP BY method",
)

#: Numbers of QUESTIONS per person, in the order of the company's people.
INTERESTS = ((0, 1, 2, 13, 15), (5, 6, 7, 12, 14), (3, 4, 5, 10, 11), (8, 9, 10, 6), (0, 3, 11, 13))
