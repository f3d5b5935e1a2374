-- session: shop.main
-- known: orders (id BIGINT, total DECIMAL(18,2), note VARCHAR)
-- known: staged (id BIGINT, total DECIMAL(18,2), note VARCHAR)

DROP TABLE orders;
--> drop table orders

DROP TABLE IF EXISTS orders CASCADE;
--> drop table orders [cascade] [if_exists]

DROP VIEW IF EXISTS v;
--> drop view v [if_exists]

DROP SCHEMA main CASCADE;
--> drop schema main [cascade]

DROP SCHEMA IF EXISTS shop.marts;
--> drop schema marts [if_exists]

DROP INDEX i;
--> nothing

DROP SEQUENCE s;
--> nothing

DROP TYPE t;
--> nothing

DROP MACRO m;
--> not understood

DROP MACRO TABLE m;
--> not understood

DROP FUNCTION f;
--> not understood

DROP SECRET s;
--> nothing

TRUNCATE orders;
--> truncate table orders [every_row]

DELETE FROM orders;
--> delete table orders [every_row]

DELETE FROM orders WHERE true;
--> delete table orders [every_row]

DELETE FROM orders USING staged WHERE orders.id = staged.id;
--> delete table orders
--> staged -> orders
--> staged.id => orders filtered

UPDATE orders SET total = 0;
--> update table orders (total) [every_row]

UPDATE orders SET total = s.total FROM staged s WHERE s.id = orders.id;
--> update table orders (total)
--> staged -> orders
--> staged.id => orders filtered
--> staged.total -> orders.total copied

MERGE INTO orders USING staged ON orders.id = staged.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT;
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE INTO orders USING staged USING (id) WHEN MATCHED THEN UPDATE WHEN NOT MATCHED THEN INSERT BY NAME;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders SELECT * FROM staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders BY NAME SELECT total, id FROM staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

INSERT OR REPLACE INTO orders SELECT * FROM staged;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT OR IGNORE INTO orders VALUES (1, 2, 'x');
--> append table orders

INSERT INTO orders VALUES (1, 2, 'x') ON CONFLICT DO UPDATE SET total = excluded.total;
--> merge table orders

FROM staged SELECT id;
--> reads staged (id)
--> gives id BIGINT

INSERT INTO orders FROM staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

CREATE TABLE a (x INTEGER PRIMARY KEY, y STRUCT(a INTEGER, b VARCHAR), z INTEGER[]);
--> create table a makes x int, y struct(a int, b text), z int[] [empty]

CREATE OR REPLACE TABLE orders AS SELECT id, total FROM staged;
--> replace table orders (note) makes id BIGINT, total DECIMAL(18,2)
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

CREATE OR REPLACE TABLE orders AS FROM staged;
--> replace table orders makes id BIGINT, total DECIMAL(18,2), note VARCHAR
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

CREATE TABLE IF NOT EXISTS orders AS FROM staged;
--> create table orders makes id BIGINT, total DECIMAL(18,2), note VARCHAR [if_exists] [possible]
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

CREATE TABLE a AS SELECT * FROM read_csv('x.csv');
--> create table a
--> "x.csv" -> a

CREATE TABLE a AS FROM 'data/x.parquet';
--> create table a
--> "data/x.parquet" -> a

CREATE OR REPLACE TEMP TABLE t AS SELECT id FROM orders;
INSERT INTO kept SELECT id FROM t;
--> replace table pg_temp.t makes id BIGINT [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

CREATE TEMP VIEW v AS SELECT id FROM orders;
SELECT id FROM v;
--> create view pg_temp.v makes id BIGINT [temporary]
--> reads orders (id)
--> gives id BIGINT

CREATE OR REPLACE VIEW v AS SELECT id FROM orders;
--> replace view v makes id BIGINT
--> orders -> v
--> orders.id -> v.id copied

CREATE SCHEMA IF NOT EXISTS marts;
--> create schema marts [if_exists]

CREATE MACRO m(a) AS a + 1;
--> nothing

CREATE MACRO m(a) AS TABLE SELECT id FROM orders WHERE id = a;
--> nothing

CREATE TYPE mood AS ENUM ('a', 'b');
--> nothing

CREATE SEQUENCE s START 1;
--> nothing

CREATE UNIQUE INDEX i ON orders (id);
--> nothing

CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y');
--> nothing

ALTER TABLE orders DROP COLUMN note;
--> drop column table orders (note)

ALTER TABLE orders DROP note CASCADE;
--> drop column table orders (note) [cascade]

ALTER TABLE orders ADD COLUMN city VARCHAR DEFAULT 'x';
--> add column table orders (city ? > varchar)

ALTER TABLE orders RENAME COLUMN note TO remark;
--> rename column table orders (note > remark)

ALTER TABLE orders RENAME note TO remark;
--> rename column table orders (note > remark)

ALTER TABLE orders RENAME TO orders_old;
--> rename table orders to orders_old

ALTER TABLE orders ALTER id TYPE INTEGER;
--> retype column table orders (id BIGINT > integer)

ALTER TABLE orders ALTER COLUMN id SET DATA TYPE INTEGER USING id::INTEGER;
--> retype column table orders (id BIGINT > integer)

ALTER TABLE orders ALTER note SET DEFAULT 'x';
--> alter table orders (note VARCHAR > VARCHAR)

ALTER TABLE orders ALTER note SET NOT NULL;
--> alter table orders (note VARCHAR > VARCHAR)

ALTER TABLE orders ADD PRIMARY KEY (id);
--> alter table orders

ALTER VIEW v RENAME TO w;
--> rename view v to w

ALTER SEQUENCE s OWNED BY orders;
--> nothing

COPY orders FROM 'x.csv';
--> load table orders
--> "x.csv" -> orders

COPY orders FROM 's3://bucket/x.parquet' (FORMAT parquet);
--> load table orders
--> "s3://bucket/x.parquet" -> orders

COPY orders TO 's3://bucket/out.parquet' (FORMAT parquet, PARTITION_BY (id), OVERWRITE_OR_IGNORE);
--> export file "s3://bucket/out.parquet"
--> orders -> "s3://bucket/out.parquet"
--> orders.id -> "s3://bucket/out.parquet".id copied
--> orders.note -> "s3://bucket/out.parquet".note copied
--> orders.total -> "s3://bucket/out.parquet".total copied

COPY (SELECT id FROM orders) TO 'out.csv';
--> export file "out.csv"
--> orders -> "out.csv"
--> orders.id -> "out.csv".id copied

COPY FROM DATABASE shop TO other;
--> load database other

EXPORT DATABASE 'dir' (FORMAT parquet);
--> export database shop

IMPORT DATABASE 'dir';
--> not understood

ATTACH 'other.db' AS other (READ_ONLY);
SELECT x FROM other.t;
--> reads other.t (x)
--> gives x ?

ATTACH IF NOT EXISTS 'postgres:dbname=x' AS pg (TYPE postgres);
--> nothing

DETACH other;
--> nothing

DETACH DATABASE IF EXISTS other;
--> nothing

USE other;
DROP TABLE t;
--> drop table other.t
--> session shop: other

USE other.marts;
DROP TABLE t;
--> drop table other.marts.t
--> session other: marts

USE marts;
DROP TABLE t;
--> drop table marts.t
--> session shop: marts

DROP TABLE other.main.t;
--> drop table other.main.t

DROP TABLE "Orders";
--> drop table orders

SELECT "ID", NOTE FROM ORDERS;
--> reads orders (id, note)
--> gives id BIGINT, note VARCHAR

DROP TABLE "with ""quote.dot""";
--> drop table "with "quote.dot""

PIVOT orders ON note USING sum(total);
--> reads orders (note, total, id)
--> gives id BIGINT

UNPIVOT orders ON total INTO NAME n VALUE v;
--> reads orders (total, id, note)
--> gives id BIGINT, note VARCHAR, n ?, v ?

DESCRIBE orders;
--> nothing

SUMMARIZE orders;
--> nothing

SHOW TABLES;
--> nothing

PRAGMA table_info('orders');
--> nothing

PRAGMA database_list;
--> nothing

SET memory_limit = '1GB';
--> nothing

SET schema = 'marts';
DROP TABLE t;
--> drop table marts.t
--> session shop: marts

SET search_path = 'marts,main';
DROP TABLE t;
--> drop table marts.t
--> session shop: marts, main

RESET memory_limit;
--> nothing

CALL enable_logging('QueryLog');
--> nothing

CALL truncate_duckdb_logs();
--> nothing

CHECKPOINT;
--> nothing

FORCE CHECKPOINT shop;
--> nothing

VACUUM orders;
--> nothing

ANALYZE;
--> nothing

INSTALL httpfs;
--> nothing

LOAD httpfs;
--> nothing

UPDATE EXTENSIONS;
--> update table extensions [every_row]

BEGIN TRANSACTION; DROP TABLE orders; ROLLBACK;
--> nothing

EXPLAIN DELETE FROM orders;
--> nothing

EXPLAIN ANALYZE DELETE FROM orders;
--> delete table orders [every_row]

PREPARE q AS DELETE FROM orders;
--> nothing

EXECUTE q;
--> not understood

SET VARIABLE t = 'orders';
--> nothing

CALL ducklake_expire_snapshots('lake', older_than => now());
--> not understood

COMMENT ON TABLE orders IS 'x';
--> nothing
