-- session: none
-- known: d.orders (id bigint, total decimal(18,2), note string)

DROP TABLE IF EXISTS d.orders PURGE;
--> drop table d.orders [if_exists] [for_good]

DROP DATABASE d CASCADE;
--> drop schema d [cascade]

TRUNCATE TABLE d.orders PARTITION (day = '2026-01-01');
--> truncate table d.orders partition ( day = '2026-01-01' )

INSERT OVERWRITE TABLE d.orders PARTITION (day = '2026-01-01') IF NOT EXISTS SELECT id, total, note FROM d.staged;
--> overwrite table d.orders partition PARTITION(day = '2026-01-01')
--> d.staged -> d.orders
--> d.staged.id -> d.orders.id copied
--> d.staged.note -> d.orders.note copied
--> d.staged.total -> d.orders.total copied

FROM d.staged INSERT OVERWRITE TABLE d.orders SELECT id, total, note INSERT INTO TABLE d.kept SELECT id;
--> overwrite table d.orders [every_row]
--> append table d.kept
--> d.staged -> d.kept
--> d.staged -> d.orders
--> d.staged.id -> d.kept.id copied
--> d.staged.id -> d.orders.id copied
--> d.staged.note -> d.orders.note copied
--> d.staged.total -> d.orders.total copied

INSERT OVERWRITE LOCAL DIRECTORY '/tmp/out' SELECT id FROM d.orders;
--> export file /tmp/out
--> d.orders -> /tmp/out
--> d.orders.id -> /tmp/out.id copied

LOAD DATA INPATH '/x/y' OVERWRITE INTO TABLE d.orders;
--> overwrite table d.orders [every_row]
--> /x/y -> d.orders

ALTER TABLE d.orders REPLACE COLUMNS (id bigint, total decimal(18,2));
--> replace table d.orders (note) makes id bigint, total decimal(18,2)

ALTER TABLE d.orders CHANGE note remark string;
--> rename column table d.orders (note > remark)

ALTER TABLE d.orders ADD COLUMNS (city string);
--> add column table d.orders (city ? > string)

ALTER TABLE d.orders DROP IF EXISTS PARTITION (day < '2026-01-01') PURGE;
--> drop partition table d.orders partition ( day < '2026-01-01' ) PURGE [for_good]

ALTER TABLE d.orders EXCHANGE PARTITION (day = '2026-01-01') WITH TABLE d.staged;
--> append table d.orders partition ( day = '2026-01-01' )
--> drop partition table d.staged partition ( day = '2026-01-01' )
--> d.staged -> d.orders

ALTER TABLE d.orders PARTITION (day = '2026-01-01') CONCATENATE;
--> alter table d.orders partition ( day = '2026-01-01' ) CONCATENATE

ALTER TABLE d.orders SET LOCATION 'hdfs://x/y';
--> overwrite table d.orders [every_row]

ALTER TABLE d.orders TOUCH;
--> alter table d.orders

ALTER DATABASE d SET LOCATION 'hdfs://x';
--> nothing

CREATE EXTERNAL TABLE d.e (x int) PARTITIONED BY (day string) STORED AS ORC LOCATION '/x';
--> create table d.e makes x int
--> /x -> d.e

CREATE TABLE d.a LIKE d.orders;
--> create table d.a makes id bigint, total decimal(18,2), note string [empty]
--> reads d.orders

EXPORT TABLE d.orders TO '/x/out';
--> export file /x/out
--> d.orders -> /x/out
--> d.orders.id -> /x/out.id copied
--> d.orders.note -> /x/out.note copied
--> d.orders.total -> /x/out.total copied

IMPORT TABLE d.orders FROM '/x/out';
--> load table d.orders
--> /x/out -> d.orders

USE d;
DROP TABLE orders;
--> drop table d.orders
--> session None: d

MSCK REPAIR TABLE d.orders;
--> nothing

CREATE TABLE d.r AS SELECT id, grouping__id AS g FROM d.strange GROUP BY id, day GROUPING SETS ((id), (day));
--> create table d.r makes id ?, g ?
--> d.strange -> d.r
--> d.strange.day => d.r grouped
--> d.strange.id -> d.r.id copied
--> d.strange.id => d.r grouped

CREATE TABLE d.r AS SELECT id, input__file__name AS f FROM d.strange WHERE block__offset__inside__file > 1;
--> create table d.r makes id ?, f ?
--> d.strange -> d.r
--> d.strange.id -> d.r.id copied

EXPORT TABLE d.orders PARTITION (day='2026-01-01') TO '/x/out';
--> export file /x/out
--> d.orders -> /x/out
--> d.orders.id -> /x/out.id copied
--> d.orders.note -> /x/out.note copied
--> d.orders.total -> /x/out.total copied

IMPORT TABLE d.orders PARTITION (day='2026-01-01') FROM '/x/out';
--> load table d.orders
--> /x/out -> d.orders

IMPORT FROM '/x/out';
--> not understood
