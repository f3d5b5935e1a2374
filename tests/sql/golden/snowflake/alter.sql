-- What changes a relation, its columns, its name, its history.
-- known: orders (id number(38,0), total number(18,2), note varchar(500), at timestamp_ntz)

ALTER TABLE orders DROP COLUMN note;
--> drop column table ORDERS (NOTE)

ALTER TABLE IF EXISTS orders DROP COLUMN IF EXISTS note, total;
--> drop column table ORDERS (NOTE, TOTAL) [if_exists]

ALTER TABLE orders ADD COLUMN city varchar(10), zip int;
--> add column table ORDERS (CITY ? > varchar(10), ZIP ? > int)

ALTER TABLE orders ADD COLUMN IF NOT EXISTS city varchar DEFAULT 'x';
--> add column table ORDERS (CITY ? > varchar)

ALTER TABLE orders ADD city varchar;
--> add column table ORDERS (CITY ? > varchar)

ALTER TABLE orders RENAME COLUMN note TO remark;
--> rename column table ORDERS (NOTE > REMARK)

ALTER TABLE orders ALTER COLUMN note SET DATA TYPE varchar(5);
--> retype column table ORDERS (NOTE varchar(500) > varchar(5))

ALTER TABLE orders ALTER note TYPE varchar(50), COLUMN total SET DATA TYPE number(10,2);
--> retype column table ORDERS (NOTE varchar(500) > varchar(50), TOTAL number(18,2) > number(10,2))

ALTER TABLE orders MODIFY COLUMN note varchar(5);
--> retype column table ORDERS (NOTE varchar(500) > varchar(5))

ALTER TABLE orders MODIFY (note varchar(5), COLUMN total number(10,2));
--> retype column table ORDERS (NOTE varchar(500) > varchar(5), TOTAL number(18,2) > number(10,2))

ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
--> alter table ORDERS (NOTE varchar(500) > varchar(500))

ALTER TABLE orders ALTER COLUMN note DROP NOT NULL, COLUMN total DROP DEFAULT;
--> alter table ORDERS (NOTE varchar(500) > varchar(500))

ALTER TABLE orders ALTER COLUMN note COMMENT 'x';
--> alter table ORDERS (NOTE varchar(500) > varchar(500))

ALTER TABLE orders MODIFY COLUMN note SET MASKING POLICY hide;
--> hide table ORDERS (NOTE varchar(500) > varchar(500))

ALTER TABLE orders MODIFY COLUMN note UNSET MASKING POLICY;
--> alter table ORDERS (NOTE varchar(500) > varchar(500))

ALTER TABLE orders ALTER COLUMN note SET MASKING POLICY hide USING (note, id) FORCE;
--> hide table ORDERS (NOTE varchar(500) > varchar(500))

ALTER TABLE orders ADD ROW ACCESS POLICY mine ON (id);
--> hide table ORDERS

ALTER TABLE orders DROP ROW ACCESS POLICY mine;
--> alter table ORDERS

ALTER TABLE orders DROP ROW ACCESS POLICY mine, ADD ROW ACCESS POLICY yours ON (id);
--> alter table ORDERS
--> hide table ORDERS

ALTER TABLE orders DROP ALL ROW ACCESS POLICIES;
--> alter table ORDERS

ALTER TABLE orders SET AGGREGATION POLICY p;
--> hide table ORDERS

ALTER TABLE orders SET DATA_RETENTION_TIME_IN_DAYS = 0;
--> forget table ORDERS

ALTER TABLE orders SET DATA_RETENTION_TIME_IN_DAYS = 30;
--> alter table ORDERS

ALTER TABLE orders SET COMMENT = 'x' DATA_RETENTION_TIME_IN_DAYS=0;
--> forget table ORDERS

ALTER TABLE orders UNSET DATA_RETENTION_TIME_IN_DAYS;
--> alter table ORDERS

ALTER SCHEMA marts SET DATA_RETENTION_TIME_IN_DAYS = 0;
--> forget schema MARTS

ALTER DATABASE shop SET DATA_RETENTION_TIME_IN_DAYS = 0;
--> forget database SHOP

ALTER ACCOUNT SET DATA_RETENTION_TIME_IN_DAYS = 0;
--> not understood, destructive

ALTER TABLE orders SWAP WITH orders_new;
--> swap table ORDERS to ORDERS_NEW

ALTER TABLE orders RENAME TO orders_old;
--> rename table ORDERS to ORDERS_OLD

ALTER TABLE orders RENAME TO archive.orders;
--> rename table ORDERS to ARCHIVE.ORDERS

ALTER TABLE orders RENAME TO other.archive.orders;
--> rename table ORDERS to OTHER.ARCHIVE.ORDERS

ALTER VIEW revenue RENAME TO revenue_old;
--> rename view REVENUE to REVENUE_OLD

ALTER VIEW revenue SET SECURE;
--> alter view REVENUE

ALTER VIEW revenue MODIFY COLUMN total SET MASKING POLICY hide;
--> hide view REVENUE (TOTAL)

ALTER MATERIALIZED VIEW daily SUSPEND;
--> alter materialized view DAILY

ALTER MATERIALIZED VIEW daily RENAME TO daily_old;
--> rename materialized view DAILY to DAILY_OLD

ALTER DYNAMIC TABLE hourly REFRESH;
--> refresh table HOURLY

ALTER DYNAMIC TABLE hourly SUSPEND;
--> alter table HOURLY

ALTER DYNAMIC TABLE hourly SWAP WITH hourly_new;
--> swap table HOURLY to HOURLY_NEW

ALTER DYNAMIC TABLE hourly SET TARGET_LAG = '1 day';
--> alter table HOURLY

ALTER EXTERNAL TABLE events REFRESH;
--> refresh table EVENTS

ALTER EXTERNAL TABLE events ADD FILES ('a.parquet');
--> alter table EVENTS

ALTER EXTERNAL TABLE events ADD PARTITION (d = '2026-01-01') LOCATION '2026/01';
--> alter table EVENTS

ALTER ICEBERG TABLE lake REFRESH;
--> refresh table LAKE

ALTER ICEBERG TABLE lake CONVERT TO MANAGED;
--> alter table LAKE

ALTER SCHEMA marts RENAME TO marts_old;
--> rename schema MARTS to MARTS_OLD

ALTER SCHEMA marts RENAME TO other.marts;
--> rename schema MARTS to OTHER.MARTS

ALTER SCHEMA marts SWAP WITH marts_new;
--> swap schema MARTS to MARTS_NEW

ALTER DATABASE shop RENAME TO shop_old;
--> rename database SHOP to SHOP_OLD

ALTER DATABASE shop SWAP WITH shop_new;
--> swap database SHOP to SHOP_NEW

ALTER TABLE orders CLUSTER BY (id);
--> alter table ORDERS

ALTER TABLE orders DROP CLUSTERING KEY;
--> alter table ORDERS

ALTER TABLE orders ADD CONSTRAINT pk PRIMARY KEY (id);
--> alter table ORDERS

ALTER TABLE orders DROP PRIMARY KEY;
--> alter table ORDERS

ALTER TABLE orders ADD SEARCH OPTIMIZATION ON EQUALITY(note);
--> alter table ORDERS

ALTER TABLE orders SET TAG t = 'v';
--> alter table ORDERS

ALTER TABLE orders SET CHANGE_TRACKING = TRUE;
--> alter table ORDERS

ALTER TABLE orders SUSPEND RECLUSTER;
--> alter table ORDERS

ALTER SHARE partners ADD ACCOUNTS = a1;
--> nothing

ALTER SHARE partners REMOVE ACCOUNTS = a1;
--> nothing

ALTER STAGE my_stage RENAME TO other_stage;
--> nothing

ALTER STAGE my_stage SET URL = 's3://bucket/y';
--> nothing

ALTER STREAM s SET COMMENT = 'x';
--> alter other S

ALTER PIPE p SET PIPE_EXECUTION_PAUSED = TRUE;
--> nothing

ALTER TASK nightly SUSPEND;
--> nothing

ALTER WAREHOUSE w SUSPEND;
--> nothing

ALTER SESSION SET QUERY_TAG = 'x';
--> nothing

ALTER USER joe SET DEFAULT_ROLE = r;
--> nothing

ALTER TABLE orders ALTER (note SET DATA TYPE varchar(5), COLUMN total DROP NOT NULL);
--> retype column table ORDERS (NOTE varchar(500) > varchar(5))
--> alter table ORDERS (TOTAL number(18,2) > number(18,2))

ALTER TABLE orders ADD DATA METRIC FUNCTION f ON (id);
--> alter table ORDERS

ALTER TABLE orders DROP DATA METRIC FUNCTION f ON (id);
--> alter table ORDERS

ALTER TABLE orders ADD data varchar;
--> add column table ORDERS (DATA ? > varchar)

ALTER TABLE orders DROP COLUMN data;
--> drop column table ORDERS (DATA)

ALTER TABLE orders ADD JOIN POLICY p;
--> alter table ORDERS

ALTER TABLE orders DROP JOIN POLICY;
--> alter table ORDERS

ALTER TABLE IDENTIFIER('orders') DROP COLUMN note;
--> drop column table ORDERS (NOTE)
