-- MERGE with stars.

MERGE INTO r USING (SELECT id, a FROM s) q ON r.id = q.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
-- s -> r
-- s.id -> r.id copied
-- s.a -> r.a copied
-- s.id => r joined

CREATE OR REFRESH STREAMING TABLE r (CONSTRAINT c EXPECT (id > 0) ON VIOLATION DROP ROW, CONSTRAINT d EXPECT (f(id, 1))) AS SELECT id FROM STREAM(s)
-- s -> r
-- s.id -> r.id copied

CREATE OR REFRESH MATERIALIZED VIEW r (CONSTRAINT c EXPECT (k > 0) ON VIOLATION FAIL UPDATE, k COMMENT 'x') AS SELECT id FROM s
-- s -> r
-- s.id -> r.k copied
