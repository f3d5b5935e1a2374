-- session: lake.sales
-- known: orders (id bigint, total decimal(18,2), note varchar(500), day date)
-- known: staged (id bigint, total decimal(18,2), note varchar(500), day date)

DROP TABLE orders;
--> drop table orders

DROP TABLE IF EXISTS lake.sales.orders;
--> drop table orders [if_exists]

DROP VIEW v;
--> drop view v

DROP MATERIALIZED VIEW IF EXISTS mv;
--> drop materialized view mv [if_exists]

DROP SCHEMA sales CASCADE;
--> drop schema sales [cascade]

DROP SCHEMA IF EXISTS lake.sales RESTRICT;
--> drop schema sales [if_exists]

DROP CATALOG other;
--> drop database other

DROP ROLE r;
--> nothing

DROP FUNCTION f(bigint);
--> not understood

TRUNCATE TABLE orders;
--> truncate table orders [every_row]

DELETE FROM orders;
--> delete table orders [every_row]

DELETE FROM orders WHERE true;
--> delete table orders [every_row]

DELETE FROM orders WHERE day = DATE '2026-01-01';
--> delete table orders

UPDATE orders SET total = 0;
--> update table orders (total) [every_row]

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED AND s.total IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET total = s.total WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total);
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.total -> orders.total copied
--> staged.total => orders filtered

CREATE TABLE a (x bigint NOT NULL, y varchar(10), r row(a bigint, b varchar)) WITH (format = 'ORC', partitioned_by = ARRAY['y']);
--> create table a makes x bigint, y varchar(10), r row(a bigint, b varchar) [empty]

CREATE TABLE IF NOT EXISTS a (LIKE orders INCLUDING PROPERTIES, z double);
--> create table a makes id bigint, total decimal(18,2), note varchar(500), day date, z double [if_exists] [empty]
--> reads orders

CREATE TABLE a COMMENT 'x' WITH (format = 'PARQUET') AS SELECT id, total FROM orders WITH NO DATA;
--> create table a makes id bigint, total decimal(18,2)
--> orders -> a
--> orders.id -> a.id copied
--> orders.total -> a.total copied

CREATE OR REPLACE TABLE orders AS SELECT id, total, note FROM staged;
--> replace table orders (day) makes id bigint, total decimal(18,2), note varchar(500)
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

CREATE TABLE a (p, q) AS SELECT id, total FROM orders;
--> create table a makes p bigint, q decimal(18,2)
--> orders -> a
--> orders.id -> a.p copied
--> orders.total -> a.q copied

CREATE OR REPLACE VIEW v SECURITY INVOKER AS SELECT id FROM orders;
--> replace view v makes id bigint
--> orders -> v
--> orders.id -> v.id copied

CREATE OR REPLACE MATERIALIZED VIEW mv GRACE PERIOD INTERVAL '1' HOUR WITH (format = 'ORC') AS SELECT id FROM orders;
--> replace materialized view mv makes id bigint
--> orders -> mv
--> orders.id -> mv.id copied

CREATE SCHEMA IF NOT EXISTS lake.marts AUTHORIZATION joe WITH (location = 's3://x/');
--> create schema marts [if_exists]

CREATE CATALOG c USING memory;
--> create database c

CREATE FUNCTION f(x bigint) RETURNS bigint RETURN x + 1;
--> nothing

CREATE ROLE r;
--> nothing

REFRESH MATERIALIZED VIEW mv;
--> refresh materialized view mv

ALTER TABLE orders DROP COLUMN IF EXISTS note;
--> drop column table orders (note)

ALTER TABLE IF EXISTS orders ADD COLUMN IF NOT EXISTS city varchar FIRST;
--> add column table orders (city ? > varchar) [if_exists]

ALTER TABLE orders RENAME COLUMN note TO remark;
--> rename column table orders (note > remark)

ALTER TABLE orders RENAME TO lake.archive.orders;
--> rename table orders to archive.orders

ALTER TABLE orders ALTER COLUMN id SET DATA TYPE integer;
--> retype column table orders (id bigint > integer)

ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
--> alter table orders (note varchar(500) > varchar(500))

ALTER TABLE orders SET AUTHORIZATION joe;
--> alter table orders

ALTER TABLE orders SET PROPERTIES partitioning = ARRAY['day'];
--> alter table orders

ALTER TABLE orders EXECUTE optimize;
--> alter table orders

ALTER TABLE orders EXECUTE optimize(file_size_threshold => '10MB') WHERE day = DATE '2026-01-01';
--> alter table orders

ALTER TABLE orders EXECUTE expire_snapshots(retention_threshold => '7d');
--> alter table orders

ALTER TABLE orders EXECUTE expire_snapshots(retention_threshold => '0d');
--> forget table orders

ALTER TABLE orders EXECUTE remove_orphan_files(retention_threshold => '0s');
--> alter table orders

ALTER TABLE orders EXECUTE rollback_to_snapshot(8954597067493422955);
--> restore table orders

ALTER TABLE orders EXECUTE drop_extended_stats;
--> alter table orders

ALTER VIEW v RENAME TO w;
--> rename view v to w

ALTER VIEW v SET AUTHORIZATION joe;
--> alter view v

ALTER MATERIALIZED VIEW mv RENAME TO mv_old;
--> rename materialized view mv to mv_old

ALTER MATERIALIZED VIEW mv SET PROPERTIES x = 'y';
--> alter materialized view mv

ALTER SCHEMA sales RENAME TO sales_old;
--> rename schema sales to sales_old

ALTER SCHEMA lake.sales SET AUTHORIZATION joe;
--> nothing

CALL system.rollback_to_snapshot('sales', 'orders', 895459706749342);
--> restore table orders

CALL lake.system.rollback_to_snapshot(schema_name => 'sales', table_name => 'orders', snapshot_id => 1);
--> restore table orders

CALL system.unregister_table('sales', 'orders');
--> drop table orders

CALL system.register_table('sales', 'orders', 's3://x/');
--> undrop table orders

CALL system.sync_partition_metadata('sales', 'orders', 'FULL');
--> nothing

CALL system.create_empty_partition('sales', 'orders', ARRAY['day'], ARRAY['2026-01-01']);
--> append table orders

CALL system.unregister_partition('sales', 'orders', ARRAY['day'], ARRAY['2026-01-01']);
--> drop partition table orders

CALL system.flush_metadata_cache();
--> nothing

CALL system.vacuum('sales', 'orders', '0d');
--> forget table orders

CALL system.drop_stats('sales', 'orders');
--> nothing

CALL system.runtime.kill_query('x', 'y');
--> nothing

INSERT INTO orders SELECT * FROM staged;
--> append table orders
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders (id) VALUES (1);
--> append table orders

GRANT SELECT ON orders TO USER joe WITH GRANT OPTION;
--> grant table orders for joe

GRANT SELECT ON SCHEMA sales TO ROLE r;
--> grant schema sales for r

REVOKE SELECT ON TABLE orders FROM ROLE r;
--> revoke table orders for r

REVOKE ALL PRIVILEGES ON SCHEMA sales FROM USER joe;
--> revoke schema sales for joe

DENY SELECT ON orders TO USER joe;
--> revoke table orders for joe

REVOKE r FROM USER joe;
--> nothing

EXPLAIN ANALYZE DELETE FROM orders;
--> delete table orders [every_row]

EXPLAIN (TYPE DISTRIBUTED) DELETE FROM orders;
--> nothing

PREPARE p FROM DELETE FROM orders;
--> nothing

EXECUTE p;
--> not understood

EXECUTE IMMEDIATE 'DELETE FROM orders';
--> delete table orders [every_row]

DEALLOCATE PREPARE p;
--> nothing

USE lake.marts;
DROP TABLE orders;
--> drop table marts.orders
--> session lake: marts

USE marts;
DROP TABLE orders;
--> drop table marts.orders
--> session lake: marts

DROP TABLE "Orders";
--> drop table orders

DROP TABLE "with ""quote.dot""";
--> drop table "with "quote.dot""

SELECT "ID", Note FROM LAKE.Sales.ORDERS;
--> reads orders (id, note)
--> gives id bigint, note varchar(500)

SELECT id FROM "orders$partitions";
--> reads orders$partitions (id)
--> gives id ?

SELECT id FROM orders FOR VERSION AS OF 8954597067493422955;
--> reads orders (id)
--> gives id bigint

SELECT * FROM TABLE(system.query(query => 'SELECT x FROM y'));
--> nothing

SET SESSION x = true;
--> nothing

RESET SESSION x;
--> nothing

SET ROLE ADMIN;
--> nothing

SET PATH a;
--> nothing

SHOW CREATE TABLE orders;
--> nothing

SHOW STATS FOR orders;
--> nothing

DESCRIBE INPUT p;
--> nothing

START TRANSACTION READ ONLY;
--> nothing

COMMIT WORK;
--> nothing

COMMENT ON TABLE orders IS 'x';
--> nothing

ANALYZE orders WITH (partitions = ARRAY[ARRAY['x']]);
--> nothing

create table "lake"."sales"."orders__dbt_tmp" as (select id, total, note, day from staged);
alter table "lake"."sales"."orders" rename to "lake"."sales"."orders__dbt_backup";
alter table "lake"."sales"."orders__dbt_tmp" rename to "lake"."sales"."orders";
drop table if exists "lake"."sales"."orders__dbt_backup";
--> create table orders__dbt_tmp makes id bigint, total decimal(18,2), note varchar(500), day date
--> rename table orders to orders__dbt_backup
--> rename table orders__dbt_tmp to orders
--> drop table orders__dbt_backup [if_exists]
--> staged -> orders__dbt_tmp
--> staged.day -> orders__dbt_tmp.day copied
--> staged.id -> orders__dbt_tmp.id copied
--> staged.note -> orders__dbt_tmp.note copied
--> staged.total -> orders__dbt_tmp.total copied
