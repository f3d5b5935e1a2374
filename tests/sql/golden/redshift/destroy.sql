-- What takes rows or whole relations away.
-- known: orders (id integer, total numeric(18,2), note character varying(500))

DROP TABLE orders, marts.revenue CASCADE;
--> drop table orders [cascade]
--> drop table marts.revenue [cascade]

DROP TABLE IF EXISTS orders RESTRICT;
--> drop table orders [if_exists]

DROP VIEW revenue CASCADE;
--> drop view revenue [cascade]

DROP MATERIALIZED VIEW IF EXISTS daily CASCADE;
--> drop materialized view daily [cascade] [if_exists]

DROP SCHEMA marts CASCADE;
--> drop schema marts [cascade]

DROP SCHEMA IF EXISTS spectrum, marts DROP EXTERNAL DATABASE CASCADE;
--> drop schema spectrum [cascade] [if_exists]
--> drop schema marts [cascade] [if_exists]

DROP DATABASE other;
--> drop database other

DROP DATABASE other FORCE;
--> drop database other

DROP EXTERNAL VIEW v;
--> drop view v

DROP EXTERNAL TABLE spectrum.events;
--> drop table spectrum.events

DROP TABLE spectrum.events;
--> drop table spectrum.events

DROP DATASHARE partners;
--> not understood

DROP FUNCTION f(int) CASCADE;
--> not understood, destructive

DROP PROCEDURE p(int);
--> not understood

DROP LIBRARY l;
--> nothing

DROP MODEL m;
--> not understood

DROP RLS POLICY p;
--> nothing

DROP MASKING POLICY p CASCADE;
--> nothing

DROP USER joe;
--> nothing

DROP GROUP g;
--> nothing

DROP ROLE r FORCE;
--> nothing

DROP IDENTITY PROVIDER i CASCADE;
--> nothing

TRUNCATE orders;
--> truncate table orders [every_row]

TRUNCATE TABLE marts.orders;
--> truncate table marts.orders [every_row]

DELETE FROM orders;
--> delete table orders [every_row]

DELETE orders;
--> delete table orders [every_row]

DELETE FROM orders WHERE true;
--> delete table orders [every_row]

DELETE FROM orders USING staged WHERE orders.id = staged.id;
--> delete table orders
--> staged -> orders
--> staged.id => orders filtered

WITH s AS (SELECT id FROM staged) DELETE FROM orders USING s WHERE orders.id = s.id;
--> delete table orders
--> staged -> orders
--> staged.id => orders filtered

UPDATE orders SET total = 0;
--> update table orders (total) [every_row]

UPDATE orders SET total = s.total FROM staged s WHERE s.id = orders.id;
--> update table orders (total)
--> staged -> orders
--> staged.id => orders filtered
--> staged.total -> orders.total copied

MERGE INTO orders USING staged s ON orders.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.total, s.note);
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE INTO orders USING staged s ON orders.id = s.id REMOVE DUPLICATES;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied
