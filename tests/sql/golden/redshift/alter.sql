-- What changes a relation, its columns, its name, its history.
-- known: orders (id integer, total numeric(18,2), note character varying(500))

ALTER TABLE orders DROP COLUMN note CASCADE;
--> drop column table orders (note) [cascade]

ALTER TABLE orders ADD COLUMN city varchar(10) DEFAULT 'x' ENCODE zstd;
--> add column table orders (city ? > varchar(10))

ALTER TABLE orders RENAME COLUMN note TO remark;
--> rename column table orders (note > remark)

ALTER TABLE orders RENAME TO orders_old;
--> rename table orders to orders_old

ALTER TABLE orders ALTER COLUMN note TYPE varchar(5);
--> retype column table orders (note character varying(500) > varchar(5))

ALTER TABLE orders ALTER COLUMN note ENCODE zstd;
--> alter table orders (note character varying(500) > character varying(500))

ALTER TABLE orders ALTER DISTKEY id, ALTER SORTKEY (id, total);
--> alter table orders

ALTER TABLE orders ALTER DISTSTYLE ALL;
--> alter table orders

ALTER TABLE orders ALTER ENCODE AUTO;
--> alter table orders

ALTER TABLE orders ALTER SORTKEY NONE;
--> alter table orders

ALTER TABLE orders APPEND FROM staged;
--> append table orders
--> truncate table staged [every_row]
--> staged -> orders

ALTER TABLE orders APPEND FROM staged IGNOREEXTRA;
--> append table orders
--> truncate table staged [every_row]
--> staged -> orders

ALTER TABLE orders OWNER TO joe;
--> alter table orders

ALTER TABLE orders SET SCHEMA marts;
--> set schema table orders to marts.orders

ALTER TABLE orders ROW LEVEL SECURITY ON;
--> hide table orders

ALTER TABLE orders ROW LEVEL SECURITY OFF;
--> alter table orders

ALTER TABLE orders MASKING OFF FOR DATASHARES;
--> alter table orders

ALTER TABLE spectrum.events ADD IF NOT EXISTS PARTITION (day='2026-01-01') LOCATION 's3://bucket/events/day=2026-01-01/';
--> alter table spectrum.events

ALTER TABLE spectrum.events DROP PARTITION (day='2026-01-01');
--> drop partition table spectrum.events partition ( day = '2026-01-01' )

ALTER TABLE spectrum.events SET LOCATION 's3://bucket/other/';
--> overwrite table spectrum.events [every_row]

ALTER TABLE spectrum.events PARTITION (day='2026-01-01') SET LOCATION 's3://bucket/other/';
--> overwrite table spectrum.events partition ( day = '2026-01-01' )

ALTER TABLE spectrum.events SET TABLE PROPERTIES ('numRows'='1');
--> alter table spectrum.events

ALTER TABLE spectrum.events SET FILE FORMAT PARQUET;
--> alter table spectrum.events

ALTER MATERIALIZED VIEW daily AUTO REFRESH YES;
--> alter materialized view daily

ALTER MATERIALIZED VIEW daily ALTER DISTSTYLE ALL;
--> alter materialized view daily

ALTER MATERIALIZED VIEW daily ROW LEVEL SECURITY ON;
--> hide materialized view daily

ALTER SCHEMA marts RENAME TO marts_old;
--> rename schema marts to marts_old

ALTER SCHEMA marts OWNER TO joe;
--> nothing

ALTER SCHEMA marts QUOTA 10 GB;
--> nothing

ALTER DATABASE other RENAME TO other_old;
--> rename database other to other_old

ALTER DATASHARE partners ADD SCHEMA marts;
--> grant schema marts

ALTER DATASHARE partners ADD TABLE marts.orders, marts.revenue;
--> grant table marts.orders
--> grant table marts.revenue

ALTER DATASHARE partners REMOVE TABLE marts.orders;
--> revoke table marts.orders

ALTER DATASHARE partners REMOVE ALL TABLES IN SCHEMA marts;
--> revoke schema marts

ALTER DATASHARE partners REMOVE SCHEMA marts;
--> revoke schema marts

ALTER DATASHARE partners SET PUBLICACCESSIBLE = TRUE;
--> nothing

ATTACH RLS POLICY p ON orders TO ROLE r;
--> hide table orders

DETACH RLS POLICY p ON orders FROM ROLE r;
--> alter table orders

ATTACH MASKING POLICY p ON orders(note) TO ROLE r PRIORITY 10;
--> hide table orders

DETACH MASKING POLICY p ON orders(note) FROM ROLE r;
--> alter table orders

ALTER USER joe PASSWORD 'x';
--> nothing

ALTER EXTERNAL VIEW spectrum.v REMOVE DEFINITION;
--> alter view spectrum.v
