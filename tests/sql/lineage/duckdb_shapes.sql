-- Pivots as statements.

CREATE TABLE r AS PIVOT t ON q USING sum(x) GROUP BY id
-- t -> r
-- t.id -> r.id copied
-- t.q => r grouped
-- t.x => r grouped

--known t: id int, a int, b int
CREATE TABLE r AS FROM (UNPIVOT t ON a, b INTO NAME n VALUE v)
-- t -> r
-- t.id -> r.id copied
-- t.a -> r.v computed
-- t.b -> r.v computed

CREATE TABLE r AS SELECT a FROM t ANTI JOIN u USING (id)
-- t -> r
-- u -> r
-- t.a -> r.a copied
-- t.id => r joined
-- u.id => r joined
