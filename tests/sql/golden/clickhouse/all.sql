-- Names keep their case everywhere; databases hold the tables, no schema between.
-- session: none
-- known: d.orders (id UInt64, total Decimal(18,2), note String)

DROP TABLE d.orders SYNC;
--> drop table d.orders

DROP TABLE IF EXISTS d.orders ON CLUSTER main NO DELAY;
--> drop table d.orders [if_exists]

DROP DATABASE d;
--> drop schema d

DROP VIEW d.v;
--> drop view d.v

DROP DICTIONARY d.dict;
--> drop other d.dict

DROP USER joe;
--> nothing

TRUNCATE TABLE d.orders;
--> truncate table d.orders [every_row]

TRUNCATE TABLE IF EXISTS d.orders ON CLUSTER main;
--> truncate table d.orders [every_row] [if_exists]

TRUNCATE ALL TABLES FROM d;
--> truncate schema d [every_row]

TRUNCATE DATABASE d;
--> truncate schema d [every_row]

DETACH TABLE d.orders PERMANENTLY;
--> drop table d.orders

DETACH TABLE d.orders;
--> drop table d.orders

ATTACH TABLE d.orders;
--> undrop table d.orders

DETACH DATABASE d;
--> drop schema d

UNDROP TABLE d.orders;
--> undrop table d.orders

DELETE FROM d.orders WHERE id = 1;
--> delete table d.orders

DELETE FROM d.orders WHERE 1;
--> delete table d.orders [every_row]

ALTER TABLE d.orders DELETE WHERE id = 1;
--> delete table d.orders

ALTER TABLE d.orders DELETE WHERE 1;
--> delete table d.orders [every_row]

ALTER TABLE d.orders DELETE WHERE 1 = 1;
--> delete table d.orders [every_row]

ALTER TABLE d.orders UPDATE total = 0 WHERE 1;
--> update table d.orders (total) [every_row]

ALTER TABLE d.orders UPDATE total = total + 1, note = 'x' WHERE id = 1;
--> update table d.orders (total, note)

ALTER TABLE d.orders ON CLUSTER main DROP COLUMN note;
--> drop column table d.orders (note)

ALTER TABLE d.orders DROP PARTITION '2026-01';
--> drop partition table d.orders partition '2026-01'

ALTER TABLE d.orders DROP PART 'all_1_1_0';
--> drop partition table d.orders partition 'all_1_1_0'

ALTER TABLE d.orders DETACH PARTITION 202601;
--> drop partition table d.orders partition 202601

ALTER TABLE d.orders ATTACH PARTITION 202601;
--> append table d.orders partition 202601

ALTER TABLE d.orders ATTACH PARTITION 202601 FROM d.staged;
--> append table d.orders partition 202601 FROM d . staged
--> d.staged -> d.orders

ALTER TABLE d.orders REPLACE PARTITION 202601 FROM d.staged;
--> overwrite table d.orders partition 202601
--> d.staged -> d.orders

ALTER TABLE d.orders MOVE PARTITION 202601 TO TABLE d.archive;
--> drop partition table d.orders partition PARTITION 202601
--> append table d.archive partition PARTITION 202601
--> d.orders -> d.archive

ALTER TABLE d.orders MOVE PARTITION 202601 TO DISK 'slow';
--> alter table d.orders

ALTER TABLE d.orders CLEAR COLUMN note IN PARTITION 202601;
--> alter table d.orders

ALTER TABLE d.orders FREEZE;
--> alter table d.orders

ALTER TABLE d.orders MODIFY COLUMN note LowCardinality(String);
--> retype column table d.orders (note String > lowcardinality(string))

ALTER TABLE d.orders MODIFY COLUMN total Decimal(10,2);
--> retype column table d.orders (total Decimal(18,2) > decimal(10,2))

ALTER TABLE d.orders MODIFY TTL at + INTERVAL 30 DAY;
--> expire table d.orders

ALTER TABLE d.orders REMOVE TTL;
--> alter table d.orders

ALTER TABLE d.orders MODIFY SETTING max_part_loading_threads = 8;
--> alter table d.orders

ALTER TABLE d.orders RENAME COLUMN note TO remark;
--> rename column table d.orders (note > remark)

ALTER TABLE d.orders ADD COLUMN city String AFTER id, DROP COLUMN note;
--> add column table d.orders (city ? > string)
--> drop column table d.orders (note)

ALTER TABLE d.orders ADD INDEX i id TYPE minmax GRANULARITY 1;
--> alter table d.orders

ALTER TABLE d.orders DROP INDEX i;
--> alter table d.orders

ALTER TABLE d.orders ADD PROJECTION p (SELECT id ORDER BY id);
--> alter table d.orders

ALTER TABLE d.orders MODIFY ORDER BY (id, note);
--> alter table d.orders

ALTER TABLE d.orders COMMENT COLUMN note 'x';
--> alter table d.orders

ALTER TABLE d.v MODIFY QUERY SELECT id FROM d.orders;
--> replace view d.v makes id UInt64
--> d.orders -> d.v
--> d.orders.id -> d.v.id copied

RENAME TABLE d.orders TO d.old, d.staged TO d.orders;
--> rename table d.orders to d.old
--> rename table d.staged to d.orders

RENAME DATABASE d TO e;
--> rename schema d to e

EXCHANGE TABLES d.orders AND d.staged;
--> swap table d.orders to d.staged

CREATE TABLE d.a (x UInt64, y Nullable(String)) ENGINE = MergeTree ORDER BY x;
--> create table d.a makes x uint64, y nullable(string) [empty]

CREATE OR REPLACE TABLE d.orders ENGINE = MergeTree ORDER BY id AS SELECT id, note FROM d.staged;
--> replace table d.orders (total) makes id ?, note ?
--> d.staged -> d.orders
--> d.staged.id -> d.orders.id copied
--> d.staged.note -> d.orders.note copied

REPLACE TABLE d.orders ENGINE = MergeTree ORDER BY id AS SELECT id FROM d.staged;
--> replace table d.orders (total, note) makes id ?
--> d.staged -> d.orders
--> d.staged.id -> d.orders.id copied

CREATE TABLE d.b AS d.orders;
--> create table d.b makes id UInt64, total Decimal(18,2), note String
--> d.orders -> d.b
--> d.orders.id -> d.b.id copied
--> d.orders.note -> d.b.note copied
--> d.orders.total -> d.b.total copied

CREATE MATERIALIZED VIEW d.mv TO d.daily AS SELECT id, sum(total) AS total FROM d.orders GROUP BY id;
--> create materialized view d.mv makes id UInt64, total ?
--> d.mv -> d.daily
--> d.orders -> d.mv
--> d.orders.id -> d.mv.id copied
--> d.orders.id => d.mv grouped
--> d.orders.total -> d.mv.total aggregated

CREATE VIEW d.v AS SELECT id FROM d.orders;
--> create view d.v makes id UInt64
--> d.orders -> d.v
--> d.orders.id -> d.v.id copied

CREATE DATABASE IF NOT EXISTS e;
--> create schema e [if_exists]

CREATE DICTIONARY d.dict (id UInt64) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'orders')) LAYOUT(FLAT()) LIFETIME(300);
--> not understood

CREATE TEMPORARY TABLE t AS SELECT id FROM d.orders;
INSERT INTO d.kept SELECT id FROM t;
--> create table pg_temp.t makes id UInt64 [temporary]
--> append table d.kept
--> d.orders -> d.kept
--> d.orders.id -> d.kept.id copied

INSERT INTO d.orders SELECT id, total, note FROM d.staged;
--> append table d.orders
--> d.staged -> d.orders
--> d.staged.id -> d.orders.id copied
--> d.staged.note -> d.orders.note copied
--> d.staged.total -> d.orders.total copied

INSERT INTO d.orders (id) VALUES
--> append table d.orders

INSERT INTO FUNCTION s3('https://bucket/x.csv') SELECT id FROM d.orders;
--> export file "https://bucket/x.csv"
--> d.orders -> "https://bucket/x.csv"
--> d.orders.id -> "https://bucket/x.csv".id copied

OPTIMIZE TABLE d.orders FINAL DEDUPLICATE;
--> delete table d.orders

SYSTEM FLUSH LOGS;
--> nothing

SYSTEM DROP MARK CACHE;
--> nothing

KILL MUTATION WHERE database = 'd';
--> nothing

GRANT SELECT ON d.* TO joe;
--> grant schema d for joe

GRANT SELECT(id) ON d.orders TO joe;
--> grant table d.orders for joe

REVOKE SELECT ON d.orders FROM joe;
--> revoke table d.orders for joe

REVOKE ALL ON d.* FROM joe;
--> revoke schema d for joe

USE d;
DROP TABLE orders;
--> drop table d.orders
--> session None: d

SELECT Id, note FROM d.orders;
--> reads d.orders (note)
--> gives Id ?, note String

SHOW TABLES;
--> nothing

EXPLAIN SYNTAX DELETE FROM d.orders WHERE 1;
--> nothing

SET max_threads = 1;
--> nothing

CHECK TABLE d.orders;
--> nothing
