SELECT o.id, sum(l.amount * 1.2) AS total, count(*) FILTER (WHERE l.kind = 'gift') AS gifts FROM shop.orders o JOIN shop.lines l ON l.order_id = o.id WHERE o.placed_at >= '2026-01-01' AND o.state IN ('paid', 'sent', 'it''s late') GROUP BY 1 HAVING sum(l.amount) > 100 ORDER BY 2 DESC LIMIT 10 OFFSET 20

WITH RECURSIVE tree AS (SELECT id, parent, 1 AS depth FROM cats WHERE parent IS NULL UNION ALL SELECT c.id, c.parent, t.depth + 1 FROM cats c JOIN tree t ON t.id = c.parent WHERE t.depth < 20) SELECT * FROM tree

INSERT INTO audit.log (at, who, what, payload) VALUES (now() - interval '3 days', 'joe', 'drop table x; --', '{"a": [1, 2]}'), ('2026-01-02 03:04:05', E'o\'neil', $$it's$$, NULL) ON CONFLICT (at, who) DO UPDATE SET what = excluded.what || ' again' RETURNING at

UPDATE shop.orders o SET state = 'late', fee = coalesce(o.fee, 0) + 5.5 FROM shop.customers c WHERE c.id = o.customer_id AND c.tier = 3 AND o.placed_at < date '2025-12-31'

DELETE FROM shop.carts WHERE touched < now() - '30 days'::interval AND total BETWEEN -1 AND 0.005

DELETE FROM shop.carts WHERE 1 = 1

UPDATE shop.carts SET total = 0 WHERE true

CREATE TABLE shop.totals AS SELECT customer_id, date_trunc('month', placed_at) AS month, payload -> 'items' -> 0 ->> 'sku' AS sku, payload #>> '{a,b}' AS deep, cast('7' AS numeric(10, 2)) AS n, 'fixed' AS label FROM shop.orders

CREATE OR REPLACE VIEW shop.v AS SELECT a.id, CASE WHEN a.x > 10 THEN 'big' WHEN a.x > 5 THEN 'mid' ELSE 'small' END AS size, row_number() OVER (PARTITION BY a.kind ORDER BY a.at DESC) AS rn FROM a LEFT JOIN LATERAL (VALUES (1, a.y), (2, a.z)) AS v (k, w) ON true WHERE a.note LIKE '%drop table%'

ALTER TABLE shop.orders ALTER COLUMN note TYPE varchar(20), ADD COLUMN flag boolean DEFAULT false, DROP COLUMN old

MERGE INTO shop.stock s USING shop.feed f ON s.sku = f.sku WHEN MATCHED AND f.qty = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET qty = f.qty + 1 WHEN NOT MATCHED THEN INSERT (sku, qty) VALUES (f.sku, 10)

COPY shop.orders (id, state) FROM '/tmp/x.csv' WITH (FORMAT csv, HEADER true, DELIMITER ',')

SELECT set_config('search_path', 'a, b', false)

SET search_path TO 'one', 'two'

DO $$ BEGIN DELETE FROM shop.carts; END $$

EXECUTE some_plan(1, 'two', 3.0)

SELECT generate_series(1, 10) AS n, array[1, 2, 3] AS xs, '\xdeadbeef'::bytea AS b, b'1010' AS bits, U&'d\0061t' AS u FROM t TABLESAMPLE SYSTEM (10) WHERE xs[1] = 5 AND tags @> '{a}'

GRANT SELECT, UPDATE (a, b) ON shop.orders TO joe; REVOKE ALL ON shop.orders FROM PUBLIC

BEGIN; CREATE TEMP TABLE tmp AS SELECT id, 5 AS five FROM shop.orders WHERE state = 'x'; INSERT INTO shop.final SELECT id, five FROM tmp; COMMIT

TRUNCATE shop.a, shop.b RESTART IDENTITY CASCADE; DROP TABLE IF EXISTS shop.c CASCADE; ALTER TABLE shop.d RENAME TO e

CREATE TABLE m PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')

SELECT * FROM crosstab('select a, b, c from s.t order by 1') AS ct (a int, b text); SELECT nextval('shop.seq')
