-- Phrases behind columns, locks before queries, FROM before SET.

CREATE VIEW v AS LOCKING ROW FOR ACCESS SELECT a (TITLE 'A'), b (FORMAT 'YYYY') (NAMED c) FROM t
-- t -> v
-- t.a -> v.a copied
-- t.b -> v.c copied

UPDATE t FROM s SET a = s.b WHERE t.id = s.id
-- s -> t
-- s.b -> t.a copied
-- s.id => t filtered
