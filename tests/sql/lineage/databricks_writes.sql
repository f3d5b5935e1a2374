-- MERGE with stars.

MERGE INTO r USING (SELECT id, a FROM s) q ON r.id = q.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
-- s -> r
-- s.id -> r.id copied
-- s.a -> r.a copied
-- s.id => r joined
