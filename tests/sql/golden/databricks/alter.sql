-- What changes a relation, its columns, its name, its history.
-- session: main.sales
-- known: orders (id bigint, total decimal(18,2), note string, day date)

ALTER TABLE orders DROP COLUMN note;
--> drop column table orders (note)

ALTER TABLE orders DROP COLUMNS (note, total);
--> drop column table orders (note, total)

ALTER TABLE orders DROP COLUMN IF EXISTS note;
--> drop column table orders (note)

ALTER TABLE orders ADD COLUMN city STRING COMMENT 'x' AFTER id;
--> add column table orders (city ? > string)

ALTER TABLE orders ADD COLUMNS (city STRING, zip INT FIRST);
--> add column table orders (city ? > string, zip ? > int)

ALTER TABLE orders RENAME COLUMN note TO remark;
--> rename column table orders (note > remark)

ALTER TABLE orders RENAME TO archive.orders;
--> rename table orders to archive.orders

ALTER TABLE orders RENAME TO other.archive.orders;
--> rename table orders to other.archive.orders

ALTER TABLE orders ALTER COLUMN id TYPE INT;
--> retype column table orders (id bigint > int)

ALTER TABLE orders CHANGE COLUMN id id INT COMMENT 'x';
--> retype column table orders (id bigint > int)

ALTER TABLE orders ALTER COLUMN id COMMENT 'x';
--> alter table orders (id bigint > bigint)

ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
--> alter table orders (note string > string)

ALTER TABLE orders ALTER COLUMN note FIRST;
--> alter table orders (note string > string)

ALTER TABLE orders ALTER COLUMN note SET MASK hide USING COLUMNS (id);
--> hide table orders (note string > string)

ALTER TABLE orders ALTER COLUMN note DROP MASK;
--> alter table orders (note string > string)

ALTER TABLE orders SET ROW FILTER mine ON (id);
--> hide table orders

ALTER TABLE orders DROP ROW FILTER;
--> alter table orders

ALTER TABLE orders ALTER COLUMN note SET TAGS ('pii' = 'x');
--> alter table orders (note string > string)

ALTER TABLE orders REPLACE COLUMNS (id bigint, total decimal(18,2));
--> replace table orders (note, day) makes id bigint, total decimal(18,2)

ALTER TABLE orders SET TBLPROPERTIES ('delta.deletedFileRetentionDuration' = 'interval 0 hours');
--> forget table orders

ALTER TABLE orders SET TBLPROPERTIES ('delta.logRetentionDuration' = 'interval 30 days', 'a' = 'b');
--> alter table orders

ALTER TABLE orders UNSET TBLPROPERTIES IF EXISTS ('a');
--> alter table orders

ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0);
--> alter table orders

ALTER TABLE orders DROP CONSTRAINT c;
--> alter table orders

ALTER TABLE orders DROP FEATURE deletionVectors TRUNCATE HISTORY;
--> forget table orders

ALTER TABLE orders ADD IF NOT EXISTS PARTITION (day = '2026-01-01') LOCATION '/x';
--> alter table orders

ALTER TABLE orders DROP IF EXISTS PARTITION (day = '2026-01-01'), PARTITION (day = '2026-01-02') PURGE;
--> drop partition table orders partition ( day = '2026-01-01' )
--> drop partition table orders partition ( day = '2026-01-02' ) PURGE

ALTER TABLE orders PARTITION (day = '2026-01-01') RENAME TO PARTITION (day = '2026-01-02');
--> alter table orders partition ( day = '2026-01-01' )

ALTER TABLE orders PARTITION (day = '2026-01-01') SET LOCATION '/y';
--> overwrite table orders partition ( day = '2026-01-01' )

ALTER TABLE orders RECOVER PARTITIONS;
--> alter table orders

ALTER TABLE orders SET LOCATION '/y';
--> overwrite table orders [every_row]

ALTER TABLE orders CLUSTER BY NONE;
--> alter table orders

ALTER TABLE orders SET TAGS ('a' = 'b');
--> alter table orders

ALTER TABLE orders OWNER TO `joe@x.example`;
--> alter table orders

ALTER TABLE orders SET OWNER TO joe;
--> alter table orders

ALTER TABLE orders SET SERDEPROPERTIES ('a' = 'b');
--> alter table orders

ALTER VIEW revenue AS SELECT id FROM orders;
--> replace view revenue makes id bigint
--> orders -> revenue
--> orders.id -> revenue.id copied

ALTER VIEW revenue RENAME TO revenue_old;
--> rename view revenue to revenue_old

ALTER VIEW revenue SET TBLPROPERTIES ('a' = 'b');
--> alter view revenue

ALTER MATERIALIZED VIEW daily ADD SCHEDULE EVERY 1 HOUR;
--> alter materialized view daily

ALTER STREAMING TABLE live DROP SCHEDULE;
--> alter table live

ALTER SCHEMA sales SET OWNER TO joe;
--> nothing

ALTER SCHEMA sales SET DBPROPERTIES ('a' = 'b');
--> nothing

ALTER CATALOG main SET OWNER TO joe;
--> nothing

ALTER CATALOG main RENAME TO other;
--> rename database main to other

ALTER VOLUME files RENAME TO old_files;
--> nothing

ALTER SHARE s ADD TABLE main.sales.orders;
--> grant table orders

ALTER SHARE s REMOVE TABLE main.sales.orders;
--> revoke table orders

ALTER RECIPIENT r SET OWNER TO joe;
--> nothing

ALTER CONNECTION c RENAME TO d;
--> nothing

COMMENT ON TABLE orders IS 'x';
--> nothing

SET TAG ON TABLE orders a = b;
--> nothing

SYNC SCHEMA main.sales FROM hive_metastore.sales;
--> not understood

MSCK REPAIR TABLE orders DROP PARTITIONS;
--> nothing

MSCK REPAIR TABLE orders;
--> nothing

ALTER TABLE orders DROP COLUMN note.inner_field;
--> retype column table orders (note)

ALTER TABLE orders RENAME COLUMN note.inner_field TO other;
--> retype column table orders (note)

ALTER TABLE orders ADD COLUMN note.inner_field int;
--> alter table orders (note)

ALTER TABLE orders ALTER COLUMN note.inner_field TYPE bigint;
--> retype column table orders (note)

ALTER TABLE orders ALTER COLUMN note COMMENT 'x', id DROP NOT NULL;
--> alter table orders (note string > string)
