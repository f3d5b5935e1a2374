-- What takes rows or whole relations away.
-- known: orders (id integer, total numeric(18,2), note text)

DROP TABLE orders, marts.revenue CASCADE;
--> drop table orders [cascade]
--> drop table marts.revenue [cascade]

DROP TABLE IF EXISTS orders;
--> drop table orders [if_exists]

DROP VIEW v;
--> drop view v

DROP MATERIALIZED VIEW IF EXISTS mv, mv2 CASCADE;
--> drop materialized view mv [cascade] [if_exists]
--> drop materialized view mv2 [cascade] [if_exists]

DROP FOREIGN TABLE f;
--> drop foreign table f

DROP SCHEMA marts, staging CASCADE;
--> drop schema marts [cascade]
--> drop schema staging [cascade]

DROP DATABASE other WITH (FORCE);
--> drop database other

DROP OWNED BY joe;
--> not understood, destructive

DROP OWNED BY joe, CURRENT_USER CASCADE;
--> not understood, destructive

REASSIGN OWNED BY joe TO ann;
--> nothing

DROP FUNCTION f(int) CASCADE;
--> not understood, destructive

DROP FUNCTION f(int);
--> not understood

DROP TYPE t;
--> nothing

DROP TYPE t CASCADE;
--> not understood, destructive

DROP DOMAIN d CASCADE;
--> not understood, destructive

DROP EXTENSION postgis CASCADE;
--> not understood, destructive

DROP EXTENSION postgis;
--> nothing

DROP SERVER s CASCADE;
--> not understood, destructive

DROP SEQUENCE s;
--> nothing

DROP SEQUENCE s CASCADE;
--> not understood, destructive

DROP INDEX i CASCADE;
--> nothing

DROP TRIGGER t ON orders;
--> nothing

DROP RULE r ON orders;
--> nothing

DROP POLICY p ON orders;
--> nothing

DROP PUBLICATION p;
--> nothing

DROP SUBSCRIPTION s;
--> nothing

DROP ROLE r;
--> nothing

DROP STATISTICS s;
--> nothing

DROP COLLATION c;
--> nothing

DROP TABLESPACE t;
--> nothing

TRUNCATE orders, lines RESTART IDENTITY CASCADE;
--> truncate table orders [every_row] [cascade]
--> truncate table lines [every_row] [cascade]

TRUNCATE ONLY orders CONTINUE IDENTITY;
--> truncate table orders [every_row]

TRUNCATE TABLE orders *;
--> truncate table orders [every_row]

DELETE FROM orders;
--> delete table orders [every_row]

DELETE FROM ONLY orders;
--> delete table orders [every_row]

DELETE FROM orders AS o WHERE true;
--> delete table orders [every_row]

DELETE FROM orders WHERE 'a' = 'a';
--> delete table orders [every_row]

DELETE FROM orders WHERE NOT (1 = 2);
--> delete table orders [every_row]

DELETE FROM orders WHERE 1 < 2;
--> delete table orders [every_row]

DELETE FROM orders WHERE 2 <> 3 OR id = 4;
--> delete table orders [every_row]

DELETE FROM orders WHERE id = id;
--> delete table orders

DELETE FROM orders WHERE true IS TRUE;
--> delete table orders [every_row]

DELETE FROM orders WHERE EXISTS (SELECT 1);
--> delete table orders

DELETE FROM orders WHERE 't'::boolean;
--> delete table orders [every_row]

DELETE FROM orders WHERE id > 0;
--> delete table orders

DELETE FROM orders USING lines l WHERE l.order_id = orders.id RETURNING orders.id;
--> delete table orders
--> lines -> orders
--> lines.order_id => orders filtered

WITH gone AS (DELETE FROM orders WHERE id < 9 RETURNING *) INSERT INTO archive SELECT * FROM gone;
--> delete table orders
--> append table archive
--> orders -> archive
--> orders.id -> archive.id copied
--> orders.note -> archive.note copied
--> orders.total -> archive.total copied

UPDATE orders SET total = 0;
--> update table orders (total) [every_row]

UPDATE orders SET total = 0 WHERE true;
--> update table orders (total) [every_row]

UPDATE ONLY orders SET (total, note) = (0, 'x') WHERE id = 1;
--> update table orders (total, note)

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED AND s.gone THEN DELETE WHEN MATCHED THEN UPDATE SET total = s.total WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total);
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.gone => orders filtered
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.total -> orders.total copied

MERGE INTO orders o USING staged s ON o.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE;
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.id => orders joined

BEGIN; DROP TABLE orders; ROLLBACK;
--> nothing

BEGIN; DROP TABLE orders; COMMIT;
--> drop table orders

SELECT drop_chunks('orders', INTERVAL '1 year');
--> drop partition table orders
--> gives ?column? ?

SELECT public.drop_chunks(older_than => INTERVAL '1 year', relation => 'orders');
--> drop partition table orders
--> gives ?column? ?

DELETE FROM orders WHERE ctid IN (SELECT ctid FROM orders LIMIT 10);
--> delete table orders
--> reads orders

-- What goes with its type: the columns that have it, of tables that the statement does not name.
-- known: marts.shipments (shipment_id int, state marts.ship_state, "States" marts.ship_state[], note text)
-- known: marts.lanes (lane text, state ship_state)
-- known: raw.events (state ship_state, place geometry(Point,4326), at raw.ship_state)
-- known: view marts.open_shipments (state marts.ship_state) as SELECT state FROM marts.shipments
DROP TYPE marts.ship_state CASCADE;
--> drop column table marts.shipments (state, States) [cascade]
--> drop column table marts.lanes (state) [cascade]
--> drop column table raw.events (state) [cascade] [possible]
--> drop view marts.open_shipments [cascade]

DROP TYPE IF EXISTS raw.ship_state, "Nobody" CASCADE;
--> drop column table marts.lanes (state) [cascade] [possible]
--> drop column table raw.events (state, at) [cascade]

DROP TYPE marts.ship_state;
--> nothing

DROP DOMAIN marts.ship_state RESTRICT;
--> nothing

DROP DOMAIN IF EXISTS "marts"."ship_state" CASCADE;
--> drop column table marts.shipments (state, States) [cascade]
--> drop column table marts.lanes (state) [cascade]
--> drop column table raw.events (state) [cascade] [possible]
--> drop view marts.open_shipments [cascade]

-- A neighbour of its name only.
DROP TYPE marts.state CASCADE;
--> not understood, destructive

DROP EXTENSION IF EXISTS postgis CASCADE;
--> drop column table raw.events (place) [cascade]
--> not understood, destructive

DO $$ BEGIN EXECUTE 'DROP TYPE marts.ship_state CASCADE'; END $$;
--> drop column table marts.shipments (state, States) [cascade]
--> drop column table marts.lanes (state) [cascade]
--> drop column table raw.events (state) [cascade] [possible]
--> drop view marts.open_shipments [cascade]

CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE moods (m mood, at date); DROP TYPE mood CASCADE;
--> create table moods makes m mood, at date [empty]
--> drop column table moods (m) [cascade]
