-- ARRAY JOIN, FINAL.

CREATE TABLE r AS SELECT a, x FROM t FINAL ARRAY JOIN arr AS x WHERE b = 1
-- t -> r
-- t.a -> r.a copied
-- t.arr -> r.x computed
-- t.b => r filtered
