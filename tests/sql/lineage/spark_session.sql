-- A cached query is read where its name is.

CACHE TABLE c AS SELECT a FROM t WHERE b = 1; INSERT INTO r SELECT a FROM c
-- t -> r
-- t.a -> r.a copied
-- t.b => r filtered
