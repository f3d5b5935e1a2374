-- session: lake.sales
-- known: orders (id bigint, total decimal(18,2), note string, day date)

DROP NAMESPACE lake.sales CASCADE;
--> drop schema sales [cascade]

DROP VIEW v;
--> drop view v

CALL lake.system.rollback_to_snapshot('sales.orders', 1);
--> restore table orders

CALL lake.system.rollback_to_timestamp(table => 'sales.orders', timestamp => TIMESTAMP '2026-01-01 00:00:00');
--> restore table orders

CALL lake.system.expire_snapshots(table => 'sales.orders', older_than => TIMESTAMP '2026-01-01 00:00:00', retain_last => 1);
--> nothing

CALL lake.system.remove_orphan_files(table => 'sales.orders');
--> nothing

CALL lake.system.rewrite_data_files('sales.orders');
--> nothing

CALL lake.system.add_files(table => 'sales.orders', source_table => '`parquet`.`/x`');
--> load table orders

CALL lake.system.snapshot('sales.orders', 'sales.copy_of');
--> not understood

CALL lake.system.migrate('sales.orders');
--> alter table orders

ALTER TABLE orders ADD PARTITION FIELD bucket(16, id);
--> alter table orders

ALTER TABLE orders DROP PARTITION FIELD day;
--> alter table orders

ALTER TABLE orders REPLACE PARTITION FIELD day WITH months(day);
--> alter table orders

ALTER TABLE orders WRITE ORDERED BY id;
--> alter table orders

ALTER TABLE orders CREATE BRANCH audit;
--> alter table orders

ALTER TABLE orders DROP BRANCH audit;
--> alter table orders

ALTER TABLE orders CREATE TAG eoy AS OF VERSION 1;
--> alter table orders

ALTER TABLE orders SET TBLPROPERTIES ('history.expire.max-snapshot-age-ms' = '0');
--> forget table orders

ALTER TABLE orders ALTER COLUMN id TYPE int;
--> retype column table orders (id bigint > int)

INSERT OVERWRITE orders PARTITION (day) SELECT id, total, note, day FROM staged;
--> overwrite table orders partition PARTITION(day)
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders SELECT * FROM staged;
--> append table orders
--> staged -> orders

DELETE FROM orders WHERE day < DATE '2026-01-01';
--> delete table orders

CREATE OR REPLACE TEMPORARY VIEW t AS SELECT id FROM orders;
CREATE TABLE kept USING iceberg AS SELECT id FROM t;
--> replace view pg_temp.t makes id bigint [temporary]
--> create table kept makes id bigint
--> orders -> kept
--> orders.id -> kept.id copied

CREATE TABLE a USING parquet OPTIONS (path 's3://bucket/x') AS SELECT id FROM orders;
--> create table a makes id bigint
--> a -> s3://bucket/x
--> orders -> a
--> orders.id -> a.id copied

CACHE TABLE c OPTIONS ('storageLevel' 'DISK_ONLY') AS SELECT id FROM orders;
INSERT INTO kept SELECT id FROM c;
--> create view pg_temp.c makes id bigint [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

REFRESH TABLE orders;
--> nothing

ANALYZE TABLE orders COMPUTE STATISTICS;
--> nothing

USE lake.marts;
DROP TABLE orders;
--> drop table marts.orders
--> session lake: marts

USE NAMESPACE marts;
DROP TABLE orders;
--> drop table marts.orders
--> session lake: marts

SHOW TABLES;
--> nothing

CREATE TABLE d.r AS SELECT id, grouping__id AS g FROM d.strange GROUP BY id, day GROUPING SETS ((id), (day));
--> create table d.r makes id ?, g ?
--> d.strange -> d.r
--> d.strange.day => d.r grouped
--> d.strange.id -> d.r.id copied
--> d.strange.id => d.r grouped

CREATE TABLE d.r AS SELECT id, _metadata.file_path AS f FROM d.strange;
--> create table d.r makes id ?, f ?
--> d.strange -> d.r
--> d.strange.id -> d.r.id copied

CREATE TABLE d.r AS SELECT id, s._metadata.file_path AS f FROM d.strange s;
--> create table d.r makes id ?, f ?
--> d.strange -> d.r
--> d.strange.id -> d.r.id copied

SET spark.sql.sources.partitionOverwriteMode = dynamic; INSERT OVERWRITE TABLE marts.orders SELECT id, total FROM marts.staged; INSERT INTO marts.orders SELECT id, total FROM marts.staged;
--> overwrite table marts.orders partition those written
--> append table marts.orders
--> marts.staged -> marts.orders
--> marts.staged.id -> marts.orders.id copied
--> marts.staged.total -> marts.orders.total copied

SET spark.sql.sources.partitionOverwriteMode=DYNAMIC; INSERT OVERWRITE TABLE marts.orders PARTITION (day) SELECT id, day FROM marts.staged;
--> overwrite table marts.orders partition PARTITION(day)
--> marts.staged -> marts.orders
--> marts.staged.day -> marts.orders.day copied
--> marts.staged.id -> marts.orders.id copied

SET spark.sql.sources.partitionOverwriteMode='static'; INSERT OVERWRITE TABLE marts.orders PARTITION (day) SELECT id, day FROM marts.staged;
--> overwrite table marts.orders partition PARTITION(day) [every_row]
--> marts.staged -> marts.orders
--> marts.staged.day -> marts.orders.day copied
--> marts.staged.id -> marts.orders.id copied

SET spark.sql.sources.partitionOverwriteMode=static; INSERT OVERWRITE TABLE marts.orders PARTITION (day = 'x') SELECT id FROM marts.staged;
--> overwrite table marts.orders partition PARTITION(day = 'x')
--> marts.staged -> marts.orders
--> marts.staged.id -> marts.orders.id copied

SET spark.sql.sources.partitionOverwriteMode=dynamic; RESET spark.sql.sources.partitionOverwriteMode; INSERT OVERWRITE TABLE marts.orders SELECT id FROM marts.staged;
--> overwrite table marts.orders [every_row]
--> marts.staged -> marts.orders
--> marts.staged.id -> marts.orders.id copied

SET spark.sql.sources.partitionOverwriteMode=dynamic; INSERT OVERWRITE TABLE marts.orders PARTITION (day = 'x', hour) SELECT id, hour FROM marts.staged;
--> overwrite table marts.orders partition PARTITION(day = 'x', hour)
--> marts.staged -> marts.orders
--> marts.staged.hour -> marts.orders.hour copied
--> marts.staged.id -> marts.orders.id copied
