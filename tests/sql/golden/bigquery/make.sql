-- What makes relations, or makes them anew.
-- session: proj.sales
-- known: orders (id INT64, total NUMERIC, note STRING, day DATE)

CREATE TABLE sales.a (x INT64 NOT NULL, y STRING(10), z ARRAY<STRUCT<a INT64, b STRING>>, n NUMERIC(10,2) OPTIONS(description='n'));
--> create table a makes x int64, y string(10), z array<struct<a int64, b string>>, n numeric(10, 2) [empty]

CREATE TABLE IF NOT EXISTS sales.orders (id INT64);
--> create table orders makes id INT64, total NUMERIC, note STRING, day DATE [if_exists] [empty] [possible]

CREATE OR REPLACE TABLE sales.orders (id INT64, total NUMERIC, note STRING, day DATE);
--> replace table orders makes id int64, total numeric, note string, day date [empty]

CREATE OR REPLACE TABLE sales.orders (id INTEGER, total DECIMAL, note STRING);
--> replace table orders (day) makes id int64, total numeric, note string [empty]

CREATE OR REPLACE TABLE sales.orders PARTITION BY day CLUSTER BY id OPTIONS(partition_expiration_days=3) AS SELECT id, CAST(total AS FLOAT64) AS total, note, day FROM sales.staged;
--> replace table orders (total NUMERIC > float64) makes id ?, total float64, note ?, day ?
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total computed

CREATE OR REPLACE TABLE sales.orders OPTIONS(expiration_timestamp=TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 12 HOUR)) AS SELECT id, total, note, day FROM sales.staged;
--> replace table orders makes id ?, total ?, note ?, day ?
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

CREATE TABLE sales.c CLONE sales.orders;
--> clone table c makes id INT64, total NUMERIC, note STRING, day DATE
--> orders -> c
--> orders.day -> c.day copied
--> orders.id -> c.id copied
--> orders.note -> c.note copied
--> orders.total -> c.total copied

CREATE OR REPLACE TABLE sales.orders CLONE sales.orders_backup FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR);
--> replace table orders
--> orders_backup -> orders

CREATE TABLE sales.c COPY sales.orders;
--> clone table c makes id INT64, total NUMERIC, note STRING, day DATE
--> orders -> c
--> orders.day -> c.day copied
--> orders.id -> c.id copied
--> orders.note -> c.note copied
--> orders.total -> c.total copied

CREATE OR REPLACE TABLE sales.c COPY sales.orders;
--> replace table c makes id INT64, total NUMERIC, note STRING, day DATE
--> orders -> c
--> orders.day -> c.day copied
--> orders.id -> c.id copied
--> orders.note -> c.note copied
--> orders.total -> c.total copied

CREATE TABLE sales.l LIKE sales.orders;
--> create table l makes id INT64, total NUMERIC, note STRING, day DATE [empty]
--> reads orders

CREATE SNAPSHOT TABLE sales.snap CLONE sales.orders FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-01' OPTIONS(expiration_timestamp=TIMESTAMP '2027-01-01');
--> clone table snap makes id INT64, total NUMERIC, note STRING, day DATE
--> orders -> snap
--> orders.day -> snap.day copied
--> orders.id -> snap.id copied
--> orders.note -> snap.note copied
--> orders.total -> snap.total copied

CREATE SNAPSHOT TABLE IF NOT EXISTS sales.snap CLONE sales.orders;
--> clone table snap makes id INT64, total NUMERIC, note STRING, day DATE [if_exists]
--> orders -> snap
--> orders.day -> snap.day copied
--> orders.id -> snap.id copied
--> orders.note -> snap.note copied
--> orders.total -> snap.total copied

CREATE EXTERNAL TABLE sales.ext (x INT64) OPTIONS(format='CSV', uris=['gs://bucket/x.csv']);
--> create table ext makes x int64
--> "gs://bucket/x.csv" -> ext

CREATE OR REPLACE EXTERNAL TABLE sales.ext WITH CONNECTION `proj.us.c` OPTIONS(format='PARQUET', uris=['gs://bucket/x/*']);
--> replace table ext
--> gs://bucket/x/* -> ext

CREATE VIEW sales.v AS SELECT id, total FROM sales.orders;
--> create view v makes id INT64, total NUMERIC
--> orders -> v
--> orders.id -> v.id copied
--> orders.total -> v.total copied

CREATE OR REPLACE VIEW sales.v (a, b) OPTIONS(description='x') AS SELECT id, total FROM sales.orders;
--> replace view v makes a INT64, b NUMERIC
--> orders -> v
--> orders.id -> v.a copied
--> orders.total -> v.b copied

CREATE MATERIALIZED VIEW sales.mv AS SELECT day, SUM(total) AS total FROM sales.orders GROUP BY day;
--> create materialized view mv makes day DATE, total numeric
--> orders -> mv
--> orders.day -> mv.day copied
--> orders.day => mv grouped
--> orders.total -> mv.total aggregated

CREATE OR REPLACE MATERIALIZED VIEW sales.mv OPTIONS(enable_refresh=true) AS SELECT day, SUM(total) AS total FROM sales.orders GROUP BY day;
--> replace materialized view mv makes day DATE, total numeric
--> orders -> mv
--> orders.day -> mv.day copied
--> orders.day => mv grouped
--> orders.total -> mv.total aggregated

CREATE MATERIALIZED VIEW sales.mv AS REPLICA OF sales.source_mv;
--> create materialized view mv
--> source_mv -> mv

CREATE TEMP TABLE t AS SELECT id FROM sales.orders;
CREATE TABLE sales.kept AS SELECT id FROM t;
--> create table pg_temp.t makes id INT64 [temporary]
--> create table kept makes id INT64
--> orders -> kept
--> orders.id -> kept.id copied

CREATE TEMP TABLE t AS SELECT id FROM sales.orders;
INSERT INTO sales.kept SELECT id FROM _SESSION.t;
--> create table pg_temp.t makes id INT64 [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

CREATE SCHEMA IF NOT EXISTS sales OPTIONS(location='EU', default_table_expiration_days=3);
--> create schema sales [if_exists]

CREATE EXTERNAL SCHEMA ext_sales WITH CONNECTION `proj.us.c` OPTIONS(external_source='x');
--> create schema ext_sales

CREATE OR REPLACE FUNCTION sales.f(x INT64) AS (x + 1);
--> nothing

CREATE TEMP FUNCTION f(x INT64) AS (x + 1);
--> nothing

CREATE OR REPLACE TABLE FUNCTION sales.tf(d DATE) AS SELECT id FROM sales.orders WHERE day = d;
--> nothing

CREATE OR REPLACE PROCEDURE sales.p() BEGIN TRUNCATE TABLE sales.orders; END;
--> nothing

CREATE ROW ACCESS POLICY mine ON sales.orders GRANT TO ('user:joe@x.example') FILTER USING (id = 1);
--> hide table orders

CREATE OR REPLACE ROW ACCESS POLICY mine ON sales.orders GRANT TO ('user:joe@x.example') FILTER USING (TRUE);
--> hide table orders

CREATE SEARCH INDEX i ON sales.orders(ALL COLUMNS);
--> nothing

CREATE VECTOR INDEX i ON sales.orders(e) OPTIONS(index_type='IVF');
--> nothing

CREATE OR REPLACE MODEL sales.m OPTIONS(model_type='linear_reg') AS SELECT total AS label, id FROM sales.orders;
--> not understood

CREATE RESERVATION `admin.region-us.r` OPTIONS(slot_capacity=100);
--> nothing

CREATE CONNECTION c;
--> nothing
