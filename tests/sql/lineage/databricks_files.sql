-- Paths behind a format, external tables and clones.

INSERT INTO delta.`s3://b/t` SELECT a FROM parquet.`s3://b/s`
-- s3://b/s -> s3://b/t
-- s3://b/s.a -> s3://b/t.a copied

CREATE TABLE r AS SELECT a FROM read_files('/Volumes/x/*.csv', format => 'csv')
-- /Volumes/x/*.csv -> r
-- /Volumes/x/*.csv.a -> r.a copied

CREATE TABLE t (a INT) USING DELTA LOCATION 's3://b/p'
-- s3://b/p -> t

CREATE TABLE t USING PARQUET LOCATION 's3://b/p' AS SELECT a FROM s
-- s -> t
-- s.a -> t.a copied
-- t -> s3://b/p

INSERT OVERWRITE DIRECTORY '/tmp/x' USING parquet OPTIONS ('a' = 'b') SELECT a FROM s
-- s -> /tmp/x
-- s.a -> /tmp/x.a copied

CREATE OR REPLACE TABLE r DEEP CLONE s VERSION AS OF 3
-- s -> r

FROM (SELECT x, y FROM s) q INSERT OVERWRITE TABLE t1 SELECT q.x INSERT OVERWRITE DIRECTORY '/tmp/y' SELECT q.y
-- s -> /tmp/y
-- s -> t1
-- s.x -> t1.x copied
-- s.y -> /tmp/y.y copied
