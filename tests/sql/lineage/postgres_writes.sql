-- Statements that write into what stands already.

INSERT INTO r (x, y) SELECT a, b FROM t
-- t -> r
-- t.a -> r.x copied
-- t.b -> r.y copied

--known r: x int, y int
INSERT INTO r SELECT a, b FROM t
-- t -> r
-- t.a -> r.x copied
-- t.b -> r.y copied

INSERT INTO r (x, y) SELECT * FROM t
-- t -> r

INSERT INTO r (x) WITH c AS (SELECT a FROM t) SELECT a FROM c
-- t -> r
-- t.a -> r.x copied

UPDATE r SET x = s.a + r.y FROM s WHERE r.id = s.id
-- s -> r
-- s.a -> r.x computed
-- s.id => r filtered

UPDATE r SET (x, y) = (SELECT a, b FROM s WHERE s.id = r.id)
-- s -> r
-- s.a -> r.x copied
-- s.b -> r.y copied
-- s.id => r filtered

DELETE FROM r USING s WHERE r.id = s.id
-- s -> r
-- s.id => r filtered

MERGE INTO r USING (SELECT id, a FROM s) q ON r.id = q.id WHEN MATCHED AND q.a > 0 THEN UPDATE SET x = q.a WHEN NOT MATCHED THEN INSERT (id, x) VALUES (q.id, q.a)
-- s -> r
-- s.id -> r.id copied
-- s.a -> r.x copied
-- s.id => r joined
-- s.a => r filtered

WITH gone AS (DELETE FROM t RETURNING id, x) INSERT INTO r SELECT id, x FROM gone
-- t -> r
-- t.id -> r.id copied
-- t.x -> r.x copied

UPDATE r SET x[1] = s.a FROM s WHERE r.id = s.id
-- s -> r
-- s.a -> r.x copied
-- s.id => r filtered
