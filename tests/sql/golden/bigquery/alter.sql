-- What changes a relation, its columns, its name, its history.
-- session: proj.sales
-- known: orders (id INT64, total NUMERIC, note STRING, day DATE)

ALTER TABLE sales.orders DROP COLUMN note;
--> drop column table orders (note)

ALTER TABLE sales.orders DROP COLUMN IF EXISTS note, DROP COLUMN total;
--> drop column table orders (note, total)

ALTER TABLE IF EXISTS sales.orders ADD COLUMN city STRING, ADD COLUMN IF NOT EXISTS s STRUCT<a INT64, b ARRAY<STRING>>;
--> add column table orders (city ? > string, s ? > struct<a int64, b array<string>>) [if_exists]

ALTER TABLE sales.orders RENAME COLUMN note TO remark, RENAME COLUMN IF EXISTS total TO amount;
--> rename column table orders (note > remark, total > amount)

ALTER TABLE sales.orders RENAME TO orders_old;
--> rename table orders to orders_old

ALTER TABLE sales.orders ALTER COLUMN total SET DATA TYPE BIGNUMERIC;
--> retype column table orders (total NUMERIC > bignumeric)

ALTER TABLE sales.orders ALTER COLUMN total SET OPTIONS(description='x');
--> alter table orders (total NUMERIC > NUMERIC)

ALTER TABLE sales.orders ALTER COLUMN total DROP NOT NULL;
--> alter table orders (total NUMERIC > NUMERIC)

ALTER TABLE sales.orders ALTER COLUMN total SET DEFAULT 0;
--> alter table orders (total NUMERIC > NUMERIC)

ALTER TABLE sales.orders ALTER COLUMN note SET COLLATE 'und:ci';
--> alter table orders (note STRING > STRING)

ALTER TABLE sales.orders SET OPTIONS(expiration_timestamp=TIMESTAMP '2026-12-01 00:00:00 UTC');
--> expire table orders

ALTER TABLE sales.orders SET OPTIONS(expiration_timestamp=NULL, description='x');
--> alter table orders

ALTER TABLE sales.orders SET OPTIONS(partition_expiration_days=1);
--> expire table orders

ALTER TABLE sales.orders SET OPTIONS(description='expiration_timestamp', labels=[('a','b')]);
--> alter table orders

ALTER TABLE sales.orders SET OPTIONS(require_partition_filter=true);
--> alter table orders

ALTER TABLE sales.orders ADD PRIMARY KEY (id) NOT ENFORCED;
--> alter table orders

ALTER TABLE sales.orders DROP PRIMARY KEY;
--> alter table orders

ALTER TABLE sales.orders SET DEFAULT COLLATE 'und:ci';
--> alter table orders

ALTER SCHEMA sales SET OPTIONS(default_table_expiration_days=3.75);
--> expire schema sales

ALTER SCHEMA IF EXISTS sales SET OPTIONS(default_partition_expiration_days=1);
--> expire schema sales

ALTER SCHEMA sales SET OPTIONS(max_time_travel_hours=48);
--> nothing

ALTER SCHEMA sales SET OPTIONS(description='x');
--> nothing

ALTER SCHEMA sales ADD REPLICA `eu`;
--> nothing

ALTER SCHEMA sales DROP REPLICA `eu`;
--> nothing

ALTER VIEW sales.v SET OPTIONS(expiration_timestamp=TIMESTAMP '2026-12-01');
--> expire view v

ALTER VIEW sales.v ALTER COLUMN total SET OPTIONS(description='x');
--> alter view v (total)

ALTER MATERIALIZED VIEW sales.mv SET OPTIONS(enable_refresh=false);
--> alter materialized view mv

ALTER PROJECT proj SET OPTIONS(`region-us.default_time_zone`='UTC');
--> nothing

ALTER ORGANIZATION SET OPTIONS(`region-us.default_time_zone`='UTC');
--> nothing

ALTER CAPACITY `admin.region-us.c` SET OPTIONS(is_flat_rate=true);
--> nothing

ALTER RESERVATION `admin.region-us.r` SET OPTIONS(slot_capacity=10);
--> nothing

ALTER VECTOR INDEX i ON sales.orders REBUILD;
--> nothing

CALL BQ.REFRESH_MATERIALIZED_VIEW('proj.sales.mv');
--> refresh materialized view mv
