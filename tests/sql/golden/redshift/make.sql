-- What makes relations, or makes them anew.
-- known: orders (id integer, total numeric(18,2), note character varying(500))

CREATE TABLE a (x int ENCODE az64 DISTKEY, y varchar(10) ENCODE lzo, z timestamptz) DISTSTYLE KEY SORTKEY (x);
--> create table a makes x integer, y varchar(10), z timestamp with time zone [empty]

CREATE TABLE IF NOT EXISTS a (x int IDENTITY(1,1));
--> create table a makes x integer [if_exists] [empty]

CREATE TABLE a (LIKE orders INCLUDING DEFAULTS);
--> create table a makes id integer, total numeric(18,2), note character varying(500) [empty]
--> reads orders

CREATE TABLE a DISTKEY(id) SORTKEY(total) AS SELECT id, total FROM orders;
--> create table a makes id integer, total numeric(18,2)
--> orders -> a
--> orders.id -> a.id copied
--> orders.total -> a.total copied

create table "shop"."public"."orders__dbt_tmp" backup no diststyle even as (select id, total from orders);
--> create table orders__dbt_tmp makes id integer, total numeric(18,2)
--> orders -> orders__dbt_tmp
--> orders.id -> orders__dbt_tmp.id copied
--> orders.total -> orders__dbt_tmp.total copied

CREATE TEMP TABLE t AS SELECT id FROM orders;
INSERT INTO kept SELECT id FROM t;
--> create table pg_temp.t makes id integer [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

CREATE TABLE #t AS SELECT id FROM orders;
INSERT INTO kept SELECT id FROM #t;
--> create table pg_temp.#t makes id integer [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

SELECT id, total INTO a FROM orders;
--> create table a makes id integer, total numeric(18,2)
--> orders -> a
--> orders.id -> a.id copied
--> orders.total -> a.total copied

SELECT id INTO TEMP t FROM orders;
--> create table pg_temp.t makes id integer [temporary]
--> reads orders (id)

CREATE OR REPLACE VIEW v AS SELECT id FROM orders;
--> replace view v makes id integer
--> orders -> v
--> orders.id -> v.id copied

CREATE VIEW v AS SELECT id FROM orders WITH NO SCHEMA BINDING;
--> create view v makes id integer
--> orders -> v
--> orders.id -> v.id copied

CREATE MATERIALIZED VIEW mv BACKUP NO AUTO REFRESH YES AS SELECT id, SUM(total) AS total FROM orders GROUP BY id;
--> create materialized view mv makes id integer, total ?
--> orders -> mv
--> orders.id -> mv.id copied
--> orders.id => mv grouped
--> orders.total -> mv.total aggregated

CREATE EXTERNAL TABLE spectrum.events (id int, at timestamp) PARTITIONED BY (day date) STORED AS PARQUET LOCATION 's3://bucket/events/';
--> create table spectrum.events makes id integer, at timestamp
--> s3://bucket/events/ -> spectrum.events

CREATE EXTERNAL TABLE spectrum.out PARTITIONED BY (id) STORED AS PARQUET LOCATION 's3://bucket/out/' AS SELECT total, id FROM orders;
--> create table spectrum.out makes total numeric(18,2), id integer
--> orders -> spectrum.out
--> orders.id -> spectrum.out.id copied
--> orders.total -> spectrum.out.total copied
--> spectrum.out -> s3://bucket/out/

CREATE EXTERNAL SCHEMA spectrum FROM DATA CATALOG DATABASE 'd' IAM_ROLE 'arn:aws:iam::1:role/r' CREATE EXTERNAL DATABASE IF NOT EXISTS;
--> create schema spectrum

CREATE EXTERNAL VIEW spectrum.v AS SELECT id FROM spectrum.events;
--> create view spectrum.v makes id ?
--> spectrum.events -> spectrum.v
--> spectrum.events.id -> spectrum.v.id copied

CREATE SCHEMA IF NOT EXISTS marts AUTHORIZATION joe QUOTA 10 GB;
--> create schema marts [if_exists]

CREATE DATABASE other WITH OWNER joe;
--> create database other

CREATE DATABASE shared FROM DATASHARE partners OF NAMESPACE 'x';
--> create database shared

CREATE OR REPLACE PROCEDURE p() AS $$ BEGIN TRUNCATE orders; END; $$ LANGUAGE plpgsql;
--> nothing

CREATE OR REPLACE FUNCTION f(x int) RETURNS int STABLE AS $$ SELECT $1 + 1 $$ LANGUAGE sql;
--> nothing

CREATE DATASHARE partners;
--> nothing

CREATE MASKING POLICY p WITH (v varchar(10)) USING ('***');
--> nothing

CREATE RLS POLICY p WITH (id int) USING (id = 1);
--> nothing

CREATE MODEL m FROM (SELECT id, total FROM orders) TARGET total FUNCTION predict IAM_ROLE default SETTINGS (S3_BUCKET 'b');
--> not understood

BEGIN;
create table shop.public.orders__dbt_tmp as (select id, total, note from staged);
alter table shop.public.orders rename to orders__dbt_backup;
alter table shop.public.orders__dbt_tmp rename to orders;
COMMIT;
drop table if exists shop.public.orders__dbt_backup cascade;
--> create table orders__dbt_tmp makes id ?, total ?, note ?
--> rename table orders to orders__dbt_backup
--> rename table orders__dbt_tmp to orders
--> drop table orders__dbt_backup [cascade] [if_exists]
--> staged -> orders__dbt_tmp
--> staged.id -> orders__dbt_tmp.id copied
--> staged.note -> orders__dbt_tmp.note copied
--> staged.total -> orders__dbt_tmp.total copied
