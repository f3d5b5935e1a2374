-- What makes relations, or makes them anew.
-- known: orders (id number(38,0), total number(18,2), note varchar)
-- known: view revenue (id number(38,0), total number(18,2)) as SELECT id, total FROM orders

CREATE TABLE a (x int, y varchar(10) NOT NULL, z timestamp_ntz);
--> create table A makes X int, Y varchar(10), Z timestampntz [empty]

CREATE TABLE IF NOT EXISTS a (x int);
--> create table A makes X int [if_exists] [empty]

CREATE TABLE IF NOT EXISTS orders (x int);
--> create table ORDERS makes ID number(38,0), TOTAL number(18,2), NOTE varchar [if_exists] [empty] [possible]

CREATE OR REPLACE TABLE orders (id number(38,0), total number(18,2));
--> replace table ORDERS (NOTE) makes ID decimal(38, 0), TOTAL decimal(18, 2) [empty]

CREATE OR REPLACE TRANSIENT TABLE orders AS SELECT id, total::number(10,2) AS total, note FROM staged;
--> replace table ORDERS (TOTAL number(18,2) > decimal(10, 2)) makes ID ?, TOTAL decimal(10, 2), NOTE ?
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> ORDERS.TOTAL computed

CREATE OR REPLACE TABLE orders AS SELECT * FROM orders;
--> replace table ORDERS makes ID number(38,0), TOTAL number(18,2), NOTE varchar
--> reads ORDERS (ID, TOTAL, NOTE)

create or replace transient table shop.marts.orders as (select id, total from shop.public.orders);
--> replace table MARTS.ORDERS makes ID number(38,0), TOTAL number(18,2)
--> ORDERS -> MARTS.ORDERS
--> ORDERS.ID -> MARTS.ORDERS.ID copied
--> ORDERS.TOTAL -> MARTS.ORDERS.TOTAL copied

CREATE OR REPLACE TABLE orders CLONE orders_backup;
--> replace table ORDERS
--> ORDERS_BACKUP -> ORDERS

CREATE OR REPLACE TABLE orders CLONE orders AT (OFFSET => -3600);
--> replace table ORDERS makes ID number(38,0), TOTAL number(18,2), NOTE varchar
--> reads ORDERS (ID, TOTAL, NOTE)

CREATE TABLE copy_of CLONE orders BEFORE (STATEMENT => '8e5d0ca9');
--> clone table COPY_OF makes ID number(38,0), TOTAL number(18,2), NOTE varchar
--> ORDERS -> COPY_OF
--> ORDERS.ID -> COPY_OF.ID copied
--> ORDERS.NOTE -> COPY_OF.NOTE copied
--> ORDERS.TOTAL -> COPY_OF.TOTAL copied

CREATE TRANSIENT TABLE copy_of CLONE orders COPY GRANTS;
--> clone table COPY_OF makes ID number(38,0), TOTAL number(18,2), NOTE varchar
--> ORDERS -> COPY_OF
--> ORDERS.ID -> COPY_OF.ID copied
--> ORDERS.NOTE -> COPY_OF.NOTE copied
--> ORDERS.TOTAL -> COPY_OF.TOTAL copied

CREATE TABLE like_it LIKE orders;
--> create table LIKE_IT makes ID number(38,0), TOTAL number(18,2), NOTE varchar [empty]
--> reads ORDERS

CREATE TABLE t USING TEMPLATE (SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) FROM TABLE(INFER_SCHEMA(LOCATION => '@s')));
--> create table T [empty]

CREATE SCHEMA marts CLONE public;
--> clone schema MARTS

CREATE OR REPLACE SCHEMA marts;
--> drop schema MARTS [cascade] [if_exists]
--> create schema MARTS

CREATE OR REPLACE SCHEMA marts CLONE public AT (OFFSET => -60);
--> drop schema MARTS [cascade] [if_exists]
--> clone schema MARTS

CREATE DATABASE IF NOT EXISTS other;
--> create database OTHER [if_exists]

CREATE OR REPLACE DATABASE other;
--> drop database OTHER [cascade] [if_exists]
--> create database OTHER

CREATE OR REPLACE DATABASE other CLONE shop;
--> drop database OTHER [cascade] [if_exists]
--> clone database OTHER

CREATE DATABASE from_share FROM SHARE acme.partner;
--> create database FROM_SHARE

CREATE TRANSIENT SCHEMA scratch DATA_RETENTION_TIME_IN_DAYS = 0;
--> create schema SCRATCH

CREATE OR REPLACE VIEW revenue AS SELECT id FROM orders;
--> replace view REVENUE (TOTAL) makes ID number(38,0)
--> ORDERS -> REVENUE
--> ORDERS.ID -> REVENUE.ID copied

CREATE OR REPLACE SECURE VIEW revenue (id, total) COMMENT = 'x' AS SELECT id, total FROM orders;
--> replace view REVENUE makes ID number(38,0), TOTAL number(18,2)
--> ORDERS -> REVENUE
--> ORDERS.ID -> REVENUE.ID copied
--> ORDERS.TOTAL -> REVENUE.TOTAL copied

CREATE VIEW IF NOT EXISTS v AS SELECT id FROM orders;
--> create view V makes ID number(38,0) [if_exists]
--> ORDERS -> V
--> ORDERS.ID -> V.ID copied

CREATE OR REPLACE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v WHERE n < 9;
--> replace view V makes N ?

CREATE OR REPLACE MATERIALIZED VIEW daily AS SELECT id, SUM(total) AS total FROM orders GROUP BY id;
--> replace materialized view DAILY makes ID number(38,0), TOTAL ?
--> ORDERS -> DAILY
--> ORDERS.ID -> DAILY.ID copied
--> ORDERS.ID => DAILY grouped
--> ORDERS.TOTAL -> DAILY.TOTAL aggregated

CREATE OR REPLACE DYNAMIC TABLE hourly TARGET_LAG = '1 hour' WAREHOUSE = w AS SELECT id, total FROM orders;
--> replace table HOURLY makes ID number(38,0), TOTAL number(18,2)
--> ORDERS -> HOURLY
--> ORDERS.ID -> HOURLY.ID copied
--> ORDERS.TOTAL -> HOURLY.TOTAL copied

CREATE DYNAMIC TABLE hourly LAG = '20 minutes' WAREHOUSE = w REFRESH_MODE = AUTO INITIALIZE = ON_CREATE AS SELECT id FROM orders;
--> create table HOURLY makes ID number(38,0)
--> ORDERS -> HOURLY
--> ORDERS.ID -> HOURLY.ID copied

CREATE OR ALTER TABLE orders (id number(38,0), total number(18,2));
--> replace table ORDERS (NOTE) makes ID decimal(38, 0), TOTAL decimal(18, 2)

CREATE OR ALTER TABLE orders (id number(38,0), total number(10,2), note varchar, extra int);
--> replace table ORDERS (TOTAL number(18,2) > decimal(10, 2)) makes ID decimal(38, 0), TOTAL decimal(10, 2), NOTE varchar, EXTRA int

CREATE OR ALTER VIEW revenue AS SELECT id FROM orders;
--> replace view REVENUE (TOTAL) makes ID number(38,0)
--> ORDERS -> REVENUE
--> ORDERS.ID -> REVENUE.ID copied

CREATE OR REPLACE EXTERNAL TABLE events (d date AS (value:d::date)) LOCATION = @my_stage/events FILE_FORMAT = (TYPE = PARQUET);
--> replace table EVENTS makes D date
--> @my_stage/events -> EVENTS

CREATE OR REPLACE ICEBERG TABLE lake (x int) CATALOG = 'SNOWFLAKE' EXTERNAL_VOLUME = 'v' BASE_LOCATION = 'lake';
--> replace table LAKE makes X int [empty]

CREATE OR REPLACE TEMPORARY TABLE scratch AS SELECT id FROM orders;
--> replace table pg_temp.SCRATCH makes ID number(38,0) [temporary]
--> reads ORDERS (ID)

CREATE TEMP TABLE scratch AS SELECT id FROM orders;
INSERT INTO kept SELECT id FROM scratch;
DROP TABLE scratch;
--> create table pg_temp.SCRATCH makes ID number(38,0) [temporary]
--> append table KEPT
--> drop table pg_temp.SCRATCH [temporary]
--> ORDERS -> KEPT
--> ORDERS.ID -> KEPT.ID copied

create or replace temporary view shop.public.orders__dbt_tmp as (select id, total, note from staged);
insert overwrite into shop.public.orders select id, total, note from shop.public.orders__dbt_tmp;
drop view if exists shop.public.orders__dbt_tmp cascade;
--> replace view pg_temp."SHOP.PUBLIC.ORDERS__DBT_TMP" makes ID ?, TOTAL ?, NOTE ? [temporary]
--> overwrite table ORDERS [every_row]
--> drop view pg_temp."SHOP.PUBLIC.ORDERS__DBT_TMP" [cascade] [if_exists] [temporary]
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> ORDERS.TOTAL copied

begin;
delete from shop.public.orders as DBT_INTERNAL_DEST where (id) in (select id from shop.public.orders__dbt_tmp);
insert into shop.public.orders ("ID", "TOTAL") (select "ID", "TOTAL" from shop.public.orders__dbt_tmp);
commit;
--> delete table ORDERS
--> append table ORDERS
--> ORDERS__DBT_TMP -> ORDERS
--> ORDERS__DBT_TMP.ID -> ORDERS.ID copied
--> ORDERS__DBT_TMP.ID => ORDERS filtered
--> ORDERS__DBT_TMP.TOTAL -> ORDERS.TOTAL copied

CREATE OR REPLACE STREAM s ON TABLE orders;
--> replace other S
--> ORDERS -> S
--> ORDERS.ID -> S.ID copied
--> ORDERS.NOTE -> S.NOTE copied
--> ORDERS.TOTAL -> S.TOTAL copied

CREATE STREAM s ON VIEW revenue APPEND_ONLY = TRUE;
--> create other S
--> REVENUE -> S
--> REVENUE.ID -> S.ID copied
--> REVENUE.TOTAL -> S.TOTAL copied

CREATE OR REPLACE STAGE my_stage URL = 's3://bucket/x';
--> nothing

CREATE OR REPLACE FILE FORMAT f TYPE = CSV;
--> nothing

CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO orders FROM @my_stage;
--> nothing

CREATE OR REPLACE TASK nightly WAREHOUSE = w SCHEDULE = '5 minute' AS TRUNCATE TABLE orders;
--> nothing

CREATE OR REPLACE PROCEDURE p() RETURNS VARCHAR LANGUAGE SQL AS $$ BEGIN TRUNCATE TABLE orders; END $$;
--> nothing

CREATE OR REPLACE FUNCTION f(x number) RETURNS number AS 'x + 1';
--> nothing

CREATE SEQUENCE s;
--> nothing

CREATE MASKING POLICY p AS (v string) RETURNS string -> '***';
--> nothing

CREATE OR REPLACE ROW ACCESS POLICY p AS (v string) RETURNS boolean -> TRUE;
--> nothing

CREATE SHARE partners;
--> nothing

CREATE TAG t;
--> nothing

CREATE OR REPLACE WAREHOUSE w WAREHOUSE_SIZE = XSMALL;
--> nothing

CREATE ROLE r;
--> nothing
