-- What makes relations, or makes them anew.
-- known: orders (id integer, total numeric(18,2), note character varying(500))
-- known: view revenue (id integer, total numeric(18,2)) as SELECT id, total FROM orders

CREATE TABLE a (x int PRIMARY KEY, y varchar(10) NOT NULL DEFAULT 'x', z timestamptz, n numeric(10,2), t text[], CHECK (x > 0));
--> create table a makes x int, y varchar(10), z timestamptz, n decimal(10, 2), t text[] [empty]

CREATE UNLOGGED TABLE IF NOT EXISTS a (x serial);
--> create table a makes x serial [if_exists] [empty]

CREATE TABLE part PARTITION OF orders FOR VALUES FROM (1) TO (10);
--> create table part makes id integer, total numeric(18,2), note character varying(500) [empty]
--> reads orders

CREATE TABLE a (LIKE orders INCLUDING ALL, extra int);
--> create table a makes id integer, total numeric(18,2), note character varying(500), extra int [empty]
--> reads orders

CREATE TABLE child (extra int) INHERITS (orders);
--> create table child makes id integer, total numeric(18,2), note character varying(500), extra int [empty]
--> reads orders

CREATE TABLE a AS TABLE orders;
--> create table a makes id integer, total numeric(18,2), note character varying(500)
--> orders -> a
--> orders.id -> a.id copied
--> orders.note -> a.note copied
--> orders.total -> a.total copied

CREATE TABLE a (p, q) AS SELECT id, total FROM orders WITH NO DATA;
--> create table a makes p integer, q numeric(18,2)
--> orders -> a
--> orders.id -> a.p copied
--> orders.total -> a.q copied

SELECT id, total::int AS total INTO a FROM orders;
--> create table a makes id integer, total int
--> orders -> a
--> orders.id -> a.id copied
--> orders.total -> a.total computed

CREATE OR REPLACE VIEW revenue AS SELECT id, total FROM orders;
--> replace view revenue makes id integer, total numeric(18,2)
--> orders -> revenue
--> orders.id -> revenue.id copied
--> orders.total -> revenue.total copied

CREATE OR REPLACE VIEW revenue AS SELECT id, total::numeric(10,2) AS total, 1 AS extra FROM orders;
--> replace view revenue (total numeric(18,2) > decimal(10, 2)) makes id integer, total decimal(10, 2), extra integer
--> orders -> revenue
--> orders.id -> revenue.id copied
--> orders.total -> revenue.total computed

CREATE OR REPLACE TEMP VIEW t AS SELECT id FROM orders;
--> replace view pg_temp.t makes id integer [temporary]
--> reads orders (id)

CREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM orders WITH LOCAL CHECK OPTION;
--> create view v makes id integer
--> orders -> v
--> orders.id -> v.id copied

CREATE MATERIALIZED VIEW IF NOT EXISTS mv AS SELECT id FROM orders WITH NO DATA;
--> create materialized view mv makes id integer [if_exists]
--> orders -> mv
--> orders.id -> mv.id copied

CREATE FOREIGN TABLE f (x int OPTIONS (column_name 'y'), z text) SERVER s OPTIONS (table_name 't');
--> create foreign table f makes x int, z text

IMPORT FOREIGN SCHEMA remote FROM SERVER s INTO local;
--> not understood

CREATE SCHEMA IF NOT EXISTS marts AUTHORIZATION joe;
--> create schema marts [if_exists]

CREATE DATABASE other TEMPLATE shop;
--> create database other

CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; RETURN NULL; END $$;
--> nothing

CREATE TRIGGER t AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();
--> nothing

CREATE RULE r AS ON INSERT TO orders DO ALSO INSERT INTO log VALUES (1);
--> not understood

CREATE POLICY p ON orders FOR SELECT USING (id = 1);
--> nothing

CREATE INDEX CONCURRENTLY i ON orders (id) WHERE note IS NULL;
--> nothing

CREATE SEQUENCE s OWNED BY orders.id;
--> nothing

CREATE TYPE t AS (a int, b text);
--> nothing

CREATE DOMAIN d AS text CHECK (VALUE <> '');
--> nothing

CREATE PUBLICATION p FOR TABLE orders;
--> nothing

CREATE STATISTICS s ON id, total FROM orders;
--> nothing

CREATE EXTENSION pg_trgm;
--> nothing

create view "shop"."public"."orders__dbt_tmp" as (select id from staged);
alter table "shop"."public"."orders__dbt_tmp" rename to "orders";
--> create view orders__dbt_tmp makes id ?
--> rename table orders__dbt_tmp to orders
--> staged -> orders__dbt_tmp
--> staged.id -> orders__dbt_tmp.id copied
