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

--known t: a1 int, a2 int, b int
CREATE TABLE r AS SELECT COLUMNS('^a') FROM t
-- t -> r
-- t.a1 -> r.a1 copied
-- t.a2 -> r.a2 copied

--known t: a1 int, b int
CREATE TABLE r AS SELECT * NOT LIKE 'a%' FROM t
-- t -> r
-- t.b -> r.b copied

--known t: a int, b int
CREATE TABLE r AS SELECT COLUMNS(c -> wanted(c)) FROM t
-- t -> r
