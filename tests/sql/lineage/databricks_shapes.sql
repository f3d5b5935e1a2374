-- Half joins, pivots with several aggregates, TRANSFORM.

CREATE TABLE r AS SELECT a FROM t LEFT SEMI JOIN u ON t.id = u.id
-- t -> r
-- u -> r
-- t.a -> r.a copied
-- t.id => r joined
-- u.id => r joined

--known t: id int, amount int, q string
CREATE TABLE r AS SELECT * FROM t PIVOT (sum(amount) AS s, max(id) AS m FOR q IN ('a' AS x))
-- t -> r
-- t.amount -> r.x_s aggregated
-- t.q -> r.x_s aggregated
-- t.id -> r.x_m aggregated
-- t.q -> r.x_m aggregated
-- t.q => r grouped

--known t: id int, a int, b int, c int, d int
CREATE TABLE r AS SELECT * FROM t UNPIVOT ((s, m) FOR q IN ((a, b) AS x, (c, d) AS y))
-- t -> r
-- t.id -> r.id copied
-- t.a -> r.s computed
-- t.c -> r.s computed
-- t.b -> r.m computed
-- t.d -> r.m computed

INSERT INTO r SELECT TRANSFORM (a, b) USING 'cat' AS (x) FROM t
-- t -> r
-- t.a -> r.x computed
-- t.b -> r.x computed

CREATE TABLE r AS SELECT s.a.b AS x, cat.d.t.c AS y FROM cat.d.t
-- cat.d.t -> r
-- cat.d.t.s -> r.x copied
-- cat.d.t.c -> r.y copied
