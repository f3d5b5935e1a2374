INSERT OVERWRITE TABLE db.t PARTITION (day = '2026-01-01', hour) SELECT a, explode(split(b, ',')) AS b, hour FROM db.s LATERAL VIEW posexplode(xs) x AS pos, val WHERE day = '2026-01-01' DISTRIBUTE BY a SORT BY b

MERGE WITH SCHEMA EVOLUTION INTO db.t AS t USING db.s AS s ON t.id = s.id AND t.day >= '2026-01-01' WHEN MATCHED AND s.op = 'D' THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *

CREATE OR REPLACE TABLE db.t USING DELTA LOCATION 's3://bucket/t' TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true') AS SELECT a, b:x.y::int AS y, "text" AS c, 5L AS l, 1.5BD AS d FROM db.s VERSION AS OF 12

CREATE TABLE db.c DEEP CLONE db.s TIMESTAMP AS OF '2026-01-01'; RESTORE TABLE db.c TO VERSION AS OF 5; VACUUM db.c RETAIN 168 HOURS; OPTIMIZE db.c ZORDER BY (a)

COPY INTO db.t FROM (SELECT _c0::int AS a FROM 's3://b/p/') FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true') COPY_OPTIONS ('mergeSchema' = 'true')

SELECT transform(xs, x -> x + 1) AS ys, filter(xs, x -> x > 5) AS zs, named_struct('a', 1, 'b', a) AS s, map('k', v) AS m FROM db.t TABLESAMPLE (10 PERCENT) WHERE a <=> 5 AND b RLIKE '^x+$'

SELECT * FROM read_files('s3://b/p/', format => 'json') WHERE _metadata.file_name = 'x'; SELECT * FROM delta.`/mnt/t` WHERE a = 5; CREATE TABLE db.r AS SELECT * FROM range(10)

ALTER TABLE db.t DROP PARTITION (day = '2026-01-01'); ALTER TABLE db.t REPLACE COLUMNS (a INT); ALTER TABLE db.t CHANGE COLUMN a b STRING COMMENT 'x'; TRUNCATE TABLE db.t PARTITION (day = '2026-01-01')

FROM db.s INSERT OVERWRITE TABLE db.a SELECT x WHERE k = 1 INSERT INTO db.b SELECT y WHERE k = 2; INSERT OVERWRITE DIRECTORY '/tmp/out' USING parquet SELECT * FROM db.t
