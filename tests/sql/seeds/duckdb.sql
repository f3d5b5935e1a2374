CREATE OR REPLACE TABLE t AS SELECT * EXCLUDE (b) REPLACE (a + 1 AS a), {'x': 1, 'y': c} AS s, [x * 2 FOR x IN xs IF x > 1] AS ys FROM read_parquet('s3://b/*.parquet', hive_partitioning = true) WHERE day >= DATE '2026-01-01'

COPY (SELECT a, b FROM t WHERE c = 5) TO 'out.parquet' (FORMAT parquet, COMPRESSION zstd); COPY t FROM 'in.csv' (HEADER, DELIMITER ';')

FROM 'data.csv' SELECT a, count(*) AS n GROUP BY ALL ORDER BY ALL LIMIT 10%; INSERT INTO t BY NAME SELECT 1 AS a, 'x' AS b; SELECT COLUMNS('a.*') FROM t

PIVOT t ON kind IN ('a', 'b') USING sum(x) GROUP BY y; UNPIVOT t ON jan, feb INTO NAME month VALUE v; SUMMARIZE t; ATTACH 'x.db' AS x; SELECT * FROM t USING SAMPLE 10 ROWS

SELECT a.b.c, xs[1:3], s['key'], x.list_filter(y -> y > 5) AS f FROM t ASOF JOIN u ON t.at >= u.at AND u.kind = 'x' WHERE t.name SIMILAR TO '[a-z]+' POSITIONAL JOIN v
