"""What the demo company declares of itself: dashboards, people, owners, tags, in lineagebot's declared-file format."""

from __future__ import annotations

import re

import yaml

from lineagebot.playground.acme_bi import DASHBOARDS
from lineagebot.playground.acme_company import Company

OWNERS = (
    ("marts.revenue_daily", "#finance"),
    ("marts.revenue_by_country", "#finance"),
    ("marts.customer_ltv", 2),
    ("marts.orders", "#data-platform"),
    ("marts.customers", "#data-platform"),
    ("marts.product_sales", 3),
    ("marts.funnel_daily", "#growth"),
    ("marts.web_visits", "#growth"),
)
TAGS = (
    ("raw.customers", ("pii",)),
    ("marts.customers", ("pii",)),
    ("marts.revenue_daily", ("tier1", "finance")),
    ("marts.customer_ltv", ("tier1",)),
)
#: A sheet that finance fills from the table by hand: no log knows it.
EDGE = ("marts.revenue_daily", "Finance/Board pack")


def declared_yaml(company: Company, *, warehouse: str = "acme", system: str = "bi") -> str:
    """The file for a source of kind "declared" named `system`, beside the source `warehouse`."""

    def name_of(table: str) -> str:
        return f"{warehouse}:{company.database}.{company.say(table)}"

    def owner_of(owner: str | int) -> str:
        return owner if isinstance(owner, str) else company.people[owner].email

    dashboards = [
        {
            "title": company.say(one.title),
            "folder": one.folder,
            "url": f"https://bi.acme.test/{_slug(company.say(one.title))}",
            "owner": owner_of(one.owner),
            "tags": list(one.tags),
            "reads": [
                {"table": name_of(table), "columns": [company.say(c) for c in columns]} for table, columns in one.reads
            ],
        }
        for one in DASHBOARDS
    ]
    folder, _, sheet = EDGE[1].partition("/")
    dashboards.append({"title": sheet, "folder": folder, "owner": "#finance", "kind": "report"})
    said = {
        "system": system,
        "people": [
            {"name": person.name, "email": person.email, "logins": [f"{warehouse}:{person.login}"]}
            for person in company.people
        ],
        "machines": [f"{warehouse}:{login}" for login in company.machines],
        "dashboards": dashboards,
        "owners": [{"asset": name_of(table), "owner": owner_of(owner)} for table, owner in OWNERS],
        "tags": [{"asset": name_of(table), "tags": list(tags)} for table, tags in TAGS],
        "edges": [{"from": name_of(EDGE[0]), "to": f"{system}:{EDGE[1]}"}],
    }
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
