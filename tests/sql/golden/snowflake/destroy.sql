-- What takes rows or whole relations away.
-- known: orders (id number(38,0), total number(18,2), note varchar)

DROP TABLE orders;
--> drop table ORDERS

DROP TABLE IF EXISTS orders CASCADE;
--> drop table ORDERS [cascade] [if_exists]

DROP TABLE shop.public.orders RESTRICT
--> drop table ORDERS

DROP VIEW IF EXISTS revenue;
--> drop view REVENUE [if_exists]

DROP MATERIALIZED VIEW daily;
--> drop materialized view DAILY

DROP DYNAMIC TABLE hourly;
--> drop table HOURLY

DROP EXTERNAL TABLE IF EXISTS events CASCADE;
--> drop table EVENTS [cascade] [if_exists]

DROP ICEBERG TABLE lake;
--> drop table LAKE

DROP HYBRID TABLE h;
--> drop table H

DROP EVENT TABLE e;
--> drop table E

DROP SCHEMA IF EXISTS marts CASCADE;
--> drop schema MARTS [cascade] [if_exists]

DROP DATABASE shop;
--> drop database SHOP

DROP DATABASE IF EXISTS other RESTRICT;
--> drop database OTHER [if_exists]

DROP STREAM orders_stream;
--> drop other ORDERS_STREAM

DROP STAGE my_stage;
--> drop file @my_stage

DROP PIPE loader;
--> nothing

DROP TASK nightly;
--> nothing

DROP FUNCTION f(number);
--> not understood

DROP PROCEDURE p();
--> not understood

DROP SEQUENCE s;
--> nothing

DROP FILE FORMAT f;
--> nothing

DROP SHARE partners;
--> not understood

DROP MASKING POLICY p;
--> nothing

DROP ROW ACCESS POLICY p;
--> nothing

DROP TAG t;
--> nothing

DROP WAREHOUSE w;
--> nothing

DROP ROLE r;
--> nothing

DROP DATABASE ROLE shop.r;
--> nothing

DROP USER joe;
--> nothing

DROP NETWORK RULE n;
--> nothing

DROP SEMANTIC VIEW sv;
--> drop view SV

DROP CORTEX SEARCH SERVICE c;
--> nothing

DROP SNAPSHOT SET s;
--> nothing

TRUNCATE TABLE orders;
--> truncate table ORDERS [every_row]

TRUNCATE IF EXISTS orders;
--> truncate table ORDERS [every_row] [if_exists]

truncate orders
--> truncate table ORDERS [every_row]

TRUNCATE MATERIALIZED VIEW daily;
--> truncate materialized view DAILY [every_row]

DELETE FROM orders;
--> delete table ORDERS [every_row]

DELETE FROM orders WHERE TRUE;
--> delete table ORDERS [every_row]

DELETE FROM orders WHERE 1 = 1;
--> delete table ORDERS [every_row]

DELETE FROM orders WHERE 1;
--> delete table ORDERS [every_row]

DELETE FROM orders WHERE NOT FALSE;
--> delete table ORDERS [every_row]

DELETE FROM orders WHERE (1 = 1) AND ('a' = 'a');
--> delete table ORDERS [every_row]

DELETE FROM orders WHERE id = id;
--> delete table ORDERS

DELETE FROM orders WHERE id IS NULL OR id IS NOT NULL;
--> delete table ORDERS

DELETE FROM orders WHERE 1 = 0;
--> delete table ORDERS

DELETE FROM orders WHERE id = 1;
--> delete table ORDERS

DELETE FROM orders o USING customers c WHERE o.id = c.id;
--> delete table ORDERS
--> CUSTOMERS -> ORDERS
--> CUSTOMERS.ID => ORDERS filtered

DELETE FROM orders USING customers;
--> delete table ORDERS [every_row]
--> CUSTOMERS -> ORDERS

DELETE FROM orders WHERE id IN (SELECT id FROM returned);
--> delete table ORDERS
--> RETURNED -> ORDERS
--> RETURNED.ID => ORDERS filtered

UPDATE orders SET total = 0;
--> update table ORDERS (TOTAL) [every_row]

UPDATE orders SET total = 0 WHERE 1 = 1;
--> update table ORDERS (TOTAL) [every_row]

UPDATE orders SET total = r.total FROM returned r WHERE orders.id = r.id;
--> update table ORDERS (TOTAL)
--> RETURNED -> ORDERS
--> RETURNED.ID => ORDERS filtered
--> RETURNED.TOTAL -> ORDERS.TOTAL copied

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED AND s.gone THEN DELETE WHEN MATCHED THEN UPDATE SET o.total = s.total WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total);
--> merge table ORDERS
--> delete table ORDERS
--> STAGED -> ORDERS
--> STAGED.GONE => ORDERS filtered
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.ID => ORDERS joined
--> STAGED.TOTAL -> ORDERS.TOTAL copied

INSERT OVERWRITE INTO orders SELECT id, total, note FROM staged;
--> overwrite table ORDERS [every_row]
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> ORDERS.TOTAL copied

INSERT OVERWRITE ALL INTO orders INTO kept SELECT id, total, note FROM staged;
--> overwrite table ORDERS [every_row]
--> overwrite table KEPT [every_row]
--> STAGED -> KEPT
--> STAGED -> ORDERS
--> STAGED.ID -> KEPT.ID copied
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.NOTE -> KEPT.NOTE copied
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> KEPT.TOTAL copied
--> STAGED.TOTAL -> ORDERS.TOTAL copied

INSERT OVERWRITE INTO orders VALUES (1, 2, 'x');
--> overwrite table ORDERS [every_row]

REMOVE @my_stage/2026/;
--> delete file @my_stage/2026 [every_row]

RM @~/x.csv PATTERN = '.*';
--> delete file "@~/x.csv"

ALTER EXTERNAL TABLE events DROP PARTITION LOCATION '2026/01';
--> drop partition table EVENTS partition LOCATION '2026/01'

ALTER EXTERNAL TABLE events REMOVE FILES ('a.parquet', 'b.parquet');
--> drop partition table EVENTS partition ( 'a.parquet' , 'b.parquet' )

UNDROP TABLE orders;
--> undrop table ORDERS

UNDROP SCHEMA marts;
--> undrop schema MARTS

UNDROP DATABASE shop;
--> undrop database SHOP

UNDROP DYNAMIC TABLE hourly;
--> undrop table HOURLY

UNDROP TAG t;
--> nothing

UNDROP TABLE IDENTIFIER(408578);
--> not understood
