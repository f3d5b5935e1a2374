"""A real organisation's Looker against its real warehouse: what matches, what does not, why; never anything wrong."""

from __future__ import annotations

import json
import lzma
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from lineagebot.config import MappingFrom, MappingTo, NameMapping
from lineagebot.model import Asset, AssetKey, AssetKind
from lineagebot.sql.understand import understand
from lineagebot.store.references import Kept, Place, Unmatched, Verdict
from lineagebot.sync.looker_graph import inventory
from lineagebot.sync.looker_lookml import Parts
from lineagebot.sync.looker_model import Board, Explore, Looker, Query, Tile, View
from lineagebot.sync.match import Answering, Matcher, Matches
from lineagebot.sync.proposals import proposals
from lineagebot.sync.source import Inventory
from lineagebot.testing import NOW, MemoryGraph
from tests.sync.conftest import shared_directory

Record = Mapping[str, Any]

HUB, SPOKE = "looker-hub", "looker-spoke-default"
MIRROR, PROD = "mozdata", "moz-fx-data-shared-prod"
BIGQUERY = Answering("bq", "bigquery", (Place("bigquery"),))
MAPPING = NameMapping(**{"from": MappingFrom(project=MIRROR), "to": MappingTo(system="bq", project=PROD)})
#: Views whose name a parameter decides; and one that says UNNEST(experiments), which is no table.
NO_TABLES = {Unmatched.TEMPLATE: 64, Unmatched.UNREADABLE: 1}
#: Looker's own model of what happens in it.
OF_LOOKER = ("history", "scheduled_plan")


def read(file: Path) -> list[Record]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Mozilla:
    """The corpus, and what we make of it."""

    records: list[Record]
    tables: frozenset[str]

    @cached_property
    def named(self) -> dict[tuple[str, str], str]:
        """The views that name a table: (model, view) → the name as written."""
        views = (r for r in self.records if r["rec"] == "view" and r["sql_table_name"])
        return {(model_of(r), str(r["name"]).removeprefix("+")): r["sql_table_name"] for r in views}

    @cached_property
    def inventory(self) -> Inventory:
        views, explores = self._built()
        boards = tuple(self._boards({(e.model, e.name) for e in explores}))
        connection = {"telemetry": Place("bigquery", connection="telemetry")}
        return inventory(Looker(connection, tuple(views), tuple(explores), boards), "looker", NOW)

    @cached_property
    def graph(self) -> MemoryGraph:
        keys = (AssetKey("bq", tuple(name.split("."))) for name in self.tables)
        return MemoryGraph(known=tuple(Asset(key, AssetKind.TABLE, key.name) for key in keys))

    @cached_property
    def kept(self) -> list[Kept]:
        return [Kept(n, "looker", r, None, (), tried=False) for n, r in enumerate(self.inventory.references)]

    @cached_property
    def by_name(self) -> list[Kept]:
        """Without the references by SQL: reading it twice is a minute."""
        return [one for one in self.kept if one.reference.name is not None]

    @cached_property
    def unmapped(self) -> tuple[Matches, dict[tuple[str, str], list[Verdict]]]:
        return self._matched(self.by_name)

    @cached_property
    def mapped(self) -> tuple[Matches, dict[tuple[str, str], list[Verdict]]]:
        return self._matched(self.kept, MAPPING)

    def _matched(
        self, kept: list[Kept], *mappings: NameMapping
    ) -> tuple[Matches, dict[tuple[str, str], list[Verdict]]]:
        """What references became, and what of that is of the views that name a table."""
        matches = Matcher((BIGQUERY,), mappings, understand).match(kept, self.graph)
        verdicts: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
        for one, verdict in zip(kept, matches.verdicts, strict=True):
            reader = one.reference.reader
            if (place := (reader.path[0], reader.name)) in self.named and one.reference.name is not None:
                verdicts[place].append(verdict)
        return matches, verdicts

    def _built(self) -> tuple[list[View], list[Explore]]:
        by_model: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            if record["rec"] in ("view", "explore"):
                by_model[model_of(record)].append(record)
        views: list[View] = []
        explores: list[Explore] = []
        for model, records in by_model.items():
            parts = Parts(model, "telemetry")
            beneath = by_model.get(f"{HUB}/{model.partition('/')[2]}", []) if model.startswith(SPOKE) else []
            parts.take({"views": [raw_view(r) for r in (*beneath, *records) if r["rec"] == "view"]})
            parts.take({"explores": [raw_explore(r) for r in records if r["rec"] == "explore"]})
            found = parts.built()
            views += found[0]
            explores += found[1]
        return views, explores

    def _boards(self, explores: set[tuple[str, str]]) -> Iterator[Board]:
        for record in self.records:
            if record["rec"] != "dashboard":
                continue
            space = record["ns"]
            tiles = []
            for n, element in enumerate(record["elements"]):
                homes = (model_of(record), f"{SPOKE}/{element['model'] or space}", f"{HUB}/{element['model'] or space}")
                asked = element["explore"]
                model = next((home for home in homes if (home, asked) in explores), homes[0])
                query = Query(model, asked, tuple(element["fields"]), tuple(element["filters"]))
                tiles.append(Tile(str(n), str(element["name"]), (query,)))
            ident = f"{record['repo']}::{record['name']}"
            yield Board(ident, AssetKind.DASHBOARD, str(record["title"]), (space,), tuple(tiles))


def model_of(record: Record) -> str:
    return f"{record['repo']}/{record['ns']}"


def raw_view(record: Record) -> Record:
    derived = {"sql": record["derived_sql"]} if record["derived_sql"] else {}
    if record["derived_explore_source"]:
        derived = {"explore_source": {"name": record["derived_explore_source"], "columns": []}}
    named = [{"name": name, "type": type_} for kind, name, type_ in record["fields"] if kind == "dimension"]
    return {
        "name": record["name"],
        "sql_table_name": record["sql_table_name"],
        "derived_table": derived,
        "extends__all": [record["extends"]],
        "dimensions": [{**one, "sql": "${TABLE}." + one["name"]} for one in named],
    }


def raw_explore(record: Record) -> Record:
    joins = [{k.rstrip("_"): v for k, v in join.items() if v is not None} for join in record["joins"]]
    told = {"name": record["name"], "joins": joins, "extends__all": [record["extends"]]}
    return told | {k: v for k, v in (("view_name", record["view_name"]), ("from", record["from_"])) if v}


@pytest.fixture(scope="module")
def mozilla() -> Mozilla:
    folder = shared_directory() / "corpora" / "mozilla"
    if not folder.is_dir():
        pytest.skip(f"no corpus in {folder}; set LINEAGEBOT_SHARED")
    tables = frozenset(str(r["name"]) for r in read(folder / "tables.jsonl.xz"))
    return Mozilla(read(folder / "looker.jsonl.xz"), tables)


def reasons(verdicts: Mapping[tuple[str, str], list[Verdict]]) -> Counter[Unmatched | None]:
    assert {len(found) for found in verdicts.values()} == {1}
    return Counter(found[0].why for found in verdicts.values())


def test_without_a_mapping_the_exact_names_match_and_one_is_proposed(mozilla: Mozilla) -> None:
    matches, verdicts = mozilla.unmapped
    tried = [
        Kept(one.id, one.system, one.reference, verdict.why, verdict.missing, tried=True)
        for one, verdict in zip(mozilla.by_name, matches.verdicts, strict=True)
    ]
    outers = {AssetKey("bq", (name.split(".")[0],)) for name in mozilla.tables}
    first, *_ = proposals(tried, mozilla.graph, Matcher((BIGQUERY,), (), understand), sorted(outers))

    assert len(mozilla.named) == 1227
    assert reasons(verdicts) == {None: 144, Unmatched.NOT_LISTED: 1018} | NO_TABLES
    assert (first.outer, first.there, first.system) == (MIRROR, PROD, "bq")


def test_with_the_mapping_all_that_can_reach_their_table_do_and_no_other(mozilla: Mozilla) -> None:
    matches, verdicts = mozilla.mapped
    reached = defaultdict(set)
    for edge in matches.edges["looker"]:
        reached[edge.target.path[0], edge.target.name].add(str(edge.source))
    meant = {place: text.replace(f"{MIRROR}.", f"{PROD}.", 1) for place, text in mozilla.named.items()}

    assert reasons(verdicts) == {None: 791, Unmatched.NOT_LISTED: 371} | NO_TABLES
    wrong = {place: reached[place] for place, name in meant.items() if reached[place] - {name}}
    absent = {place for place, (v,) in verdicts.items() if v.why is Unmatched.NOT_LISTED}
    assert wrong == {}
    assert {meant[place] for place in absent} & mozilla.tables == set()


def test_what_a_parameter_decides_says_so_with_its_text(mozilla: Mozilla) -> None:
    _, verdicts = mozilla.mapped

    for place, (verdict,) in verdicts.items():
        if verdict.why is Unmatched.TEMPLATE:
            assert verdict.missing == (mozilla.named[place],)


def test_every_dashboard_says_what_feeds_it(mozilla: Mozilla) -> None:
    edges = mozilla.mapped[0].edges["looker"]
    feeds = defaultdict(set)
    for edge in (*edges, *mozilla.inventory.edges):
        feeds[edge.target].add(edge.source)
    unmatched = {r.reader for r in mozilla.inventory.references}
    boards = [i.asset.key for i in mozilla.inventory.items if i.asset.kind is AssetKind.DASHBOARD]
    silent = []
    for board in boards:
        above: set[AssetKey] = set()
        front = {board}
        while front := {up for key in front for up in feeds[key]} - above:
            above |= front
        known = any(key.system == "bq" or key in unmatched or key.name in OF_LOOKER for key in above)
        if not known:
            silent.append(str(board))

    empty = [r for r in mozilla.records if r["rec"] == "dashboard" and not r["elements"]]
    assert len(boards) == 366
    assert sorted(silent) == sorted(f"{r['ns']}.{r['title']}" for r in empty)
