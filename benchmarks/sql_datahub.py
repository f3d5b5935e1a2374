"""DataHub's side of sql.py, run by the python of an environment of its own: a round of TPC-DS for each line on stdin.

It is called as its own users call it: the parser's front door with a resolver that holds the schema. Each round times
every statement anew, by processor time; what DataHub remembers of a text it has seen is cleared before.
"""

from __future__ import annotations

import gzip
import json
import logging
import sys
import time
from pathlib import Path

import datahub
import sqlglot
from datahub.sql_parsing.schema_resolver import SchemaResolver
from datahub.sql_parsing.sqlglot_lineage import _sqlglot_lineage_cached, sqlglot_lineage


def main(folder: Path) -> None:
    logging.disable(logging.CRITICAL)
    with gzip.open(folder / "speed.jsonl.gz", "rt", encoding="utf-8") as lines:
        statements = [row["sql"] for row in map(json.loads, lines) if row["set"] == "tpcds"]
    resolver = SchemaResolver(platform="databricks")
    for table, columns in json.loads((folder / "tpcds_schema.json").read_text()).items():
        resolver.add_raw_schema_info(f"urn:li:dataset:(urn:li:dataPlatform:databricks,{table},PROD)", columns)
    say({"datahub": datahub.__version__, "sqlglot": sqlglot.__version__})
    for _ in sys.stdin:
        _sqlglot_lineage_cached.cache_clear()
        errors = 0
        begin = time.process_time()
        for sql in statements:
            result = sqlglot_lineage(sql, schema_resolver=resolver, override_dialect="databricks")
            errors += result.debug_info.table_error is not None or result.debug_info.column_error is not None
        say({"seconds": time.process_time() - begin, "errors": errors})


def say(record: object) -> None:
    print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
