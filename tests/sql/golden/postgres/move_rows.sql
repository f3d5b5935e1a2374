-- Rows that come, go and stay: append, load, export; and where they come from.
-- known: orders (id integer, total numeric(18,2), note text)
-- known: staged (id integer, total numeric(18,2), note text)

INSERT INTO orders SELECT * FROM staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders (total, id) SELECT total * 2, id FROM staged WHERE note = 'x' RETURNING id;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note => orders filtered
--> staged.total -> orders.total computed

INSERT INTO orders DEFAULT VALUES;
--> append table orders

INSERT INTO orders TABLE staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders AS o (id, total) SELECT id, total FROM staged ON CONFLICT (id) DO UPDATE SET total = o.total + excluded.total WHERE o.note IS NULL;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total computed

COPY orders (id, total) FROM '/tmp/x.csv' WITH (FORMAT csv);
--> load table orders
--> "/tmp/x.csv" -> orders

COPY orders FROM PROGRAM 'curl x' CSV;
--> load table orders

COPY orders TO '/tmp/x.csv';
--> export file "/tmp/x.csv"
--> orders -> "/tmp/x.csv"
--> orders.id -> "/tmp/x.csv".id copied
--> orders.note -> "/tmp/x.csv".note copied
--> orders.total -> "/tmp/x.csv".total copied

COPY (DELETE FROM orders RETURNING *) TO STDOUT;
--> not understood, destructive: orders

UPDATE orders o SET total = s.total FROM staged s WHERE o.id = s.id;
--> update table orders (total)
--> staged -> orders
--> staged.id => orders filtered
--> staged.total -> orders.total copied

REFRESH MATERIALIZED VIEW CONCURRENTLY mv WITH NO DATA;
--> truncate materialized view mv [every_row]

REFRESH MATERIALIZED VIEW mv WITH NO DATA;
--> truncate materialized view mv [every_row]

EXPLAIN (ANALYZE) DELETE FROM orders WHERE id = 1;
--> delete table orders

EXPLAIN ANALYZE UPDATE orders SET total = 0;
--> update table orders (total) [every_row]

DECLARE c CURSOR WITH HOLD FOR SELECT id FROM orders;
--> reads orders (id)

CREATE TEMP TABLE t ON COMMIT DROP AS SELECT id, total FROM orders;
INSERT INTO kept (a) SELECT id FROM t;
--> create table pg_temp.t makes id integer, total numeric(18,2) [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.a copied

TABLE orders;
--> reads orders (id, total, note)
--> gives id integer, total numeric(18,2), note text

VALUES (1, 2);
--> gives column1 ?, column2 ?

SELECT id FROM ONLY orders;
--> reads orders (id)
--> gives id integer

SELECT id FROM orders FOR UPDATE SKIP LOCKED;
--> reads orders (id)
--> gives id integer

LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
--> nothing

SELECT pg_catalog.set_config('search_path', '', false);
DROP TABLE public.orders;
--> drop table orders
