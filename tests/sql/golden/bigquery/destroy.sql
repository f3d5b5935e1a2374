-- What takes rows or whole relations away.
-- session: proj.sales
-- known: orders (id INT64, total NUMERIC, note STRING, day DATE)

DROP TABLE sales.orders;
--> drop table orders

DROP TABLE IF EXISTS `proj.sales.orders`;
--> drop table orders [if_exists]

DROP TABLE `other-proj`.sales.orders;
--> drop table other-proj.sales.orders

DROP TABLE other-proj.sales.orders;
--> drop table other-proj.sales.orders

DROP VIEW sales.revenue;
--> drop view revenue

DROP MATERIALIZED VIEW IF EXISTS sales.daily;
--> drop materialized view daily [if_exists]

DROP SNAPSHOT TABLE sales.orders_snap;
--> drop table orders_snap

DROP EXTERNAL TABLE sales.ext;
--> drop table ext

DROP SCHEMA sales CASCADE;
--> drop schema sales [cascade]

DROP SCHEMA IF EXISTS `proj.sales` RESTRICT;
--> drop schema sales [if_exists]

DROP EXTERNAL SCHEMA IF EXISTS ext_sales;
--> drop schema ext_sales [if_exists]

DROP FUNCTION sales.f;
--> not understood

DROP TABLE FUNCTION sales.tf;
--> not understood

DROP PROCEDURE sales.p;
--> not understood

DROP ROW ACCESS POLICY mine ON sales.orders;
--> nothing

DROP ALL ROW ACCESS POLICIES ON sales.orders;
--> nothing

DROP SEARCH INDEX i ON sales.orders;
--> nothing

DROP VECTOR INDEX i ON sales.orders;
--> nothing

DROP MODEL sales.m;
--> not understood

DROP CAPACITY `admin.region-us.c`;
--> nothing

DROP RESERVATION `admin.region-us.r`;
--> nothing

DROP ASSIGNMENT `admin.region-us.r.a`;
--> nothing

TRUNCATE TABLE sales.orders;
--> truncate table orders [every_row]

DELETE FROM sales.orders WHERE true;
--> delete table orders [every_row]

DELETE sales.orders WHERE true;
--> delete table orders [every_row]

DELETE sales.orders o WHERE 1=1;
--> delete table orders [every_row]

DELETE FROM sales.orders WHERE day = '2026-01-01';
--> delete table orders

DELETE FROM sales.orders WHERE id IS NOT NULL;
--> delete table orders

UPDATE sales.orders SET total = 0 WHERE true;
--> update table orders (total) [every_row]

MERGE sales.orders t USING sales.staged s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED THEN INSERT ROW;
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE INTO sales.orders t USING sales.staged s ON FALSE WHEN NOT MATCHED BY SOURCE AND t.day IN UNNEST([DATE '2026-01-01']) THEN DELETE WHEN NOT MATCHED THEN INSERT (id, total) VALUES (id, total);
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

MERGE sales.orders t USING (SELECT id, total FROM sales.staged) s ON FALSE WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED THEN INSERT ROW;
--> overwrite table orders [every_row]
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

UNDROP SCHEMA sales;
--> undrop schema sales

BEGIN TRANSACTION; TRUNCATE TABLE orders; ROLLBACK TRANSACTION;
--> nothing
