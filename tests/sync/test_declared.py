"""The declared file: what it says is taken, what it says wrong is named with its line, and the rest is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineagebot.errors import SourceUnreadable
from lineagebot.model import AssetKey, AssetKind, EdgeKind, Layer, Owner, OwnerKind
from lineagebot.sync.declared import DeclaredSource, read
from lineagebot.sync.source import Inventory

GOOD = """\
system: bi
people: [{name: Anna Berg, email: Anna@acme.test, logins: [acme:anna]}]
machines: [acme:pipeline]
dashboards:
  - title: Revenue
    folder: Finance
    url: https://bi.test/1
    owner: anna@acme.test
    tags: [tier1]
    reads: [{table: acme:marts.revenue_daily, columns: [day, revenue]}, acme:orders]
owners: [{asset: acme:shop.marts.revenue_daily, owner: "#finance"}]
tags: [{asset: acme:marts.revenue_daily, tags: [pii]}]
edges: [{from: acme:raw.orders, to: "bi:Finance/Revenue"}]
"""
TABLE = AssetKey("acme", ("shop", "marts", "revenue_daily"))
DASHBOARD = AssetKey("bi", ("Finance", "Revenue"))


def declared(text: str) -> Inventory:
    return read(text, "bi", "bi.yaml", default_paths={"acme": ("shop", "public")})


def test_all_that_a_file_says_is_taken() -> None:
    found = declared(GOOD)
    assert found.problems == ()
    items = {item.asset.key: item for item in found.items}
    assert items[DASHBOARD].asset.kind is AssetKind.DASHBOARD
    assert items[DASHBOARD].asset.url == "https://bi.test/1"
    assert items[DASHBOARD].owners == (Owner(OwnerKind.PERSON, "anna@acme.test", "Anna Berg"),)
    assert items[TABLE].owners == (Owner(OwnerKind.CHANNEL, "#finance", "#finance"),)
    assert (items[DASHBOARD].tags, items[TABLE].tags) == (("tier1",), ("pii",))
    edges = {(str(e.source), e.source_column, str(e.target), e.kind) for e in found.edges}
    assert edges == {
        ("shop.marts.revenue_daily", None, "Finance.Revenue", EdgeKind.FLOW),
        ("shop.marts.revenue_daily", "day", "Finance.Revenue", EdgeKind.REFERENCE),
        ("shop.marts.revenue_daily", "revenue", "Finance.Revenue", EdgeKind.REFERENCE),
        ("shop.public.orders", None, "Finance.Revenue", EdgeKind.FLOW),
        ("shop.raw.orders", None, "Finance.Revenue", EdgeKind.FLOW),
    }
    assert {(e.layer, e.evidence) for e in found.edges} == {(Layer.DECLARED, "bi.yaml")}
    assert [(p.id, p.machine, p.logins) for p in found.people] == [
        ("anna@acme.test", False, (("acme", "anna"),)),
        ("acme:pipeline", True, (("acme", "pipeline"),)),
    ]


MISTAKES = [
    ("dashbords: []", 1, "dashbords is no section"),
    ("dashboards: {title: x}", 1, "must be a list"),
    ("dashboards:\n- folder: x", 2, "needs title"),
    ("dashboards:\n- just text", 2, "an entry of dashboards says"),
    ("dashboards:\n- {title: x, colour: red}", 2, "colour is not known"),
    ("dashboards:\n- {title: x, owner: Anna}", 2, "Anna is no owner"),
    ("dashboards:\n- {title: x, reads: [{tabel: a}]}", 2, "reads lists tables"),
    ("dashboards:\n- {title: x, reads: [orders]}", 2, "'orders' is no name"),
    ("dashboards:\n- {title: x, reads: [oracle:orders]}", 2, "no source is named oracle; there are acme"),
    ("dashboards:\n- {title: x}\n- {title: x}", 3, "declared twice"),
    ("dashboards:\n- {title: x, kind: poem}", 2, "poem is no kind"),
    ("owners:\n- {asset: acme:orders}", 2, "needs owner"),
    ("owners:\n- {asset: 'bi:Nothing', owner: '#x'}", 2, "no dashboard bi:Nothing"),
    ("tags:\n- {asset: acme:orders, tags: pii}", 2, "tags must be a list"),
    ("edges:\n- {from: acme:a, to: acme:a}", 2, "to itself"),
    ("people:\n- {name: Anna}", 2, "needs an email or logins"),
    ("people:\n- {name: Anna, email: anna}", 2, "no e-mail"),
    ("people:\n- {name: Anna, logins: [anna]}", 2, "write system:login"),
    ("machines:\n- pipeline", 2, "write system:login"),
    ("system: other", 1, "its name counts"),
]


@pytest.mark.parametrize(("wrong", "line", "says"), MISTAKES, ids=[m[2] for m in MISTAKES])
def test_a_mistake_is_one_sentence_with_its_line_and_the_rest_is_kept(wrong: str, line: int, says: str) -> None:
    section = wrong.partition(":")[0]
    rest = "edges:\n- {from: acme:a, to: acme:b}\n" if section != "edges" else "dashboards:\n- {title: kept}\n"
    found = declared(f"{wrong}\n{rest}")
    assert [p.line for p in found.problems] == [line]
    assert found.problems[0].message.startswith(f"bi.yaml, line {line}: ")
    assert says in found.problems[0].message
    assert found.edges or any(item.asset.title == "kept" for item in found.items)


@pytest.mark.parametrize("text", ["a: [", "- 1\n- 2", "just words"])
def test_what_is_no_yaml_mapping_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(SourceUnreadable, match=r"^bi: bi\.yaml "):
        declared(text)


def test_an_empty_file_declares_nothing() -> None:
    assert declared("").items == ()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    source = DeclaredSource("bi", tmp_path / "no.yaml", default_paths={})
    with pytest.raises(SourceUnreadable, match="does not exist; create it"):
        source.inventory()
    assert [check.ok for check in source.check()] == [False]
    assert list(source.pull(None)) == []
