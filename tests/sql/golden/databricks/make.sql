-- What makes relations, or makes them anew.
-- session: main.sales
-- known: orders (id bigint, total decimal(18,2), note string, day date)

CREATE TABLE a (x INT NOT NULL, y STRING, z STRUCT<a: INT, b: STRING>) USING DELTA PARTITIONED BY (x) LOCATION '/mnt/a';
--> create table a makes x int, y string, z struct<a: int, b: string>
--> /mnt/a -> a

CREATE TABLE IF NOT EXISTS orders (id bigint);
--> create table orders makes id bigint, total decimal(18,2), note string, day date [if_exists] [empty] [possible]

CREATE OR REPLACE TABLE orders (id LONG, total NUMERIC(18,2), note string, day date);
--> replace table orders makes id bigint, total decimal(18, 2), note string, day date [empty]

CREATE OR REPLACE TABLE orders (id int, total decimal(10,2), note string, day timestamp);
--> replace table orders (id bigint > int, total decimal(18,2) > decimal(10, 2)) makes id int, total decimal(10, 2), note string, day timestamp [empty]

create or replace table main.sales.orders using delta tblproperties ('delta.x'='y') as select id, total, note, day from staged;
--> replace table orders makes id ?, total ?, note ?, day ?
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

REPLACE TABLE orders USING DELTA AS SELECT id, total FROM staged;
--> replace table orders (note, day) makes id ?, total ?
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

CREATE OR REPLACE TABLE orders CLUSTER BY (id) AS SELECT id FROM staged;
--> replace table orders (total, note, day) makes id ?
--> staged -> orders
--> staged.id -> orders.id copied

CREATE TABLE c SHALLOW CLONE orders;
--> clone table c makes id bigint, total decimal(18,2), note string, day date
--> orders -> c
--> orders.day -> c.day copied
--> orders.id -> c.id copied
--> orders.note -> c.note copied
--> orders.total -> c.total copied

CREATE OR REPLACE TABLE c DEEP CLONE orders VERSION AS OF 3;
--> replace table c makes id bigint, total decimal(18,2), note string, day date
--> orders -> c
--> orders.day -> c.day copied
--> orders.id -> c.id copied
--> orders.note -> c.note copied
--> orders.total -> c.total copied

create or replace table x shallow clone orders;
--> replace table x makes id bigint, total decimal(18,2), note string, day date
--> orders -> x
--> orders.day -> x.day copied
--> orders.id -> x.id copied
--> orders.note -> x.note copied
--> orders.total -> x.total copied

CREATE TABLE IF NOT EXISTS c CLONE orders TIMESTAMP AS OF '2026-01-01';
--> clone table c makes id bigint, total decimal(18,2), note string, day date [if_exists]
--> orders -> c
--> orders.day -> c.day copied
--> orders.id -> c.id copied
--> orders.note -> c.note copied
--> orders.total -> c.total copied

CREATE TABLE l LIKE orders;
--> create table l makes id bigint, total decimal(18,2), note string, day date [empty]
--> reads orders

CREATE TABLE ext USING CSV OPTIONS (path '/mnt/x.csv', header 'true');
--> create table ext [empty]
--> "/mnt/x.csv" -> ext

CREATE EXTERNAL TABLE ext (x INT) STORED AS PARQUET LOCATION 's3://bucket/x';
--> create table ext makes x int
--> s3://bucket/x -> ext

CREATE OR REPLACE VIEW v AS SELECT id FROM orders;
--> replace view v makes id bigint
--> orders -> v
--> orders.id -> v.id copied

CREATE OR REPLACE VIEW v (a COMMENT 'x') TBLPROPERTIES ('a'='b') AS SELECT id FROM orders;
--> replace view v makes a bigint
--> orders -> v
--> orders.id -> v.a copied

CREATE VIEW IF NOT EXISTS v AS SELECT id FROM orders;
--> create view v makes id bigint [if_exists]
--> orders -> v
--> orders.id -> v.id copied

CREATE VIEW v WITH METRICS LANGUAGE YAML AS $$ version: 0.1 $$;
--> create view v [suspected]
--> not understood

CREATE OR REPLACE TEMPORARY VIEW t AS SELECT id FROM orders;
INSERT INTO kept SELECT id FROM t;
--> replace view pg_temp.t makes id bigint [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

CREATE OR REPLACE GLOBAL TEMPORARY VIEW t AS SELECT id FROM orders;
INSERT INTO kept SELECT id FROM global_temp.t;
--> replace view pg_temp.t makes id bigint [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

CREATE OR REPLACE MATERIALIZED VIEW daily AS SELECT day, SUM(total) AS total FROM orders GROUP BY day;
--> replace materialized view daily makes day date, total ?
--> orders -> daily
--> orders.day -> daily.day copied
--> orders.day => daily grouped
--> orders.total -> daily.total aggregated

CREATE OR REFRESH STREAMING TABLE live AS SELECT * FROM STREAM orders;
--> replace table live makes id bigint, total decimal(18,2), note string, day date
--> orders -> live
--> orders.day -> live.day copied
--> orders.id -> live.id copied
--> orders.note -> live.note copied
--> orders.total -> live.total copied

CREATE OR REFRESH STREAMING TABLE live SCHEDULE EVERY 1 HOUR AS SELECT id FROM STREAM read_files('s3://bucket/x');
--> replace table live makes id ?
--> s3://bucket/x -> live
--> s3://bucket/x.id -> live.id copied

CREATE STREAMING TABLE IF NOT EXISTS live AS SELECT id FROM STREAM(orders);
--> create table live makes id bigint [if_exists]
--> orders -> live
--> orders.id -> live.id copied

CREATE CATALOG IF NOT EXISTS c;
--> create database c [if_exists]

CREATE SCHEMA IF NOT EXISTS main.marts MANAGED LOCATION 's3://bucket/x';
--> create schema marts [if_exists]

CREATE VOLUME files;
--> nothing

CREATE OR REPLACE FUNCTION f(x INT) RETURNS INT RETURN x + 1;
--> nothing

CREATE SHARE s;
--> nothing

CREATE RECIPIENT r;
--> nothing

CREATE FOREIGN CATALOG c USING CONNECTION n OPTIONS (database 'd');
--> create database c

CREATE CONNECTION c TYPE postgresql OPTIONS (host 'h');
--> nothing

CREATE OR REPLACE PROCEDURE p() LANGUAGE SQL AS BEGIN TRUNCATE TABLE orders; END;
--> nothing

DECLARE OR REPLACE VARIABLE x INT DEFAULT 5;
--> nothing

CACHE TABLE cached AS SELECT id FROM orders;
--> create view pg_temp.cached makes id bigint [temporary]
--> reads orders (id)

CACHE LAZY TABLE orders;
--> nothing

UNCACHE TABLE orders;
--> nothing
