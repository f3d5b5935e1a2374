-- A block is one statement with the edges that it gives ("-- a.x -> b.y how": flow; "=>": reference).
-- Lines that begin with "--known" give the columns that the catalog knows.

CREATE TABLE r AS SELECT a, b + 1 AS c, max(d) AS e FROM t GROUP BY a, b
-- t -> r
-- t.a -> r.a copied
-- t.b -> r.c computed
-- t.d -> r.e aggregated
-- t.a => r grouped
-- t.b => r grouped

CREATE TABLE r AS WITH x AS (SELECT a AS k FROM t), y AS (SELECT * FROM x) SELECT k FROM y
-- t -> r
-- t.a -> r.k copied

CREATE TABLE r AS SELECT id, a.x, b.y FROM a JOIN b USING (id)
-- a -> r
-- b -> r
-- a.id -> r.id copied
-- b.id -> r.id copied
-- a.x -> r.x copied
-- b.y -> r.y copied
-- a.id => r joined
-- b.id => r joined

--known a: id int, x int
--known b: id int, y int
CREATE TABLE r AS SELECT * FROM a NATURAL JOIN b
-- a -> r
-- b -> r
-- a.id -> r.id copied
-- b.id -> r.id copied
-- a.x -> r.x copied
-- b.y -> r.y copied
-- a.id => r joined
-- b.id => r joined

--known a: x int
--known b: y int
CREATE TABLE r AS SELECT x, y FROM a, b
-- a -> r
-- b -> r
-- a.x -> r.x copied
-- b.y -> r.y copied

CREATE TABLE r AS SELECT x FROM a, b
-- a -> r
-- b -> r

CREATE TABLE r AS SELECT * FROM a
-- a -> r

CREATE TABLE r AS SELECT a FROM t UNION ALL SELECT b FROM u
-- t -> r
-- u -> r
-- t.a -> r.a copied
-- u.b -> r.a copied

CREATE TABLE r AS WITH RECURSIVE w AS (SELECT id, parent FROM n WHERE parent IS NULL UNION ALL SELECT n.id, w.parent FROM n JOIN w ON n.parent = w.id) SELECT id, parent FROM w
-- n -> r
-- n.id -> r.id copied
-- n.parent -> r.parent copied
-- n.id => r joined
-- n.parent => r joined

CREATE TABLE r AS SELECT t.a, (SELECT max(u.x) FROM u WHERE u.id = t.id) AS m FROM t WHERE EXISTS (SELECT * FROM v WHERE v.id = t.id)
-- t -> r
-- u -> r
-- v -> r
-- t.a -> r.a copied
-- u.x -> r.m aggregated
-- u.id => r filtered
-- t.id => r filtered
-- v.id => r filtered

CREATE TABLE r AS SELECT b.k, b.v FROM s AS a CROSS JOIN LATERAL (VALUES ('s1', a.f3), ('s2', a.f4)) AS b (k, v)
-- s -> r
-- s.f3 -> r.v copied
-- s.f4 -> r.v copied

CREATE TABLE r AS SELECT i.sku FROM orders o, unnest(o.items) AS i(sku)
-- orders -> r
-- orders.items -> r.sku computed
-- orders.items => r joined

CREATE TABLE r AS SELECT x FROM (VALUES (1), (2)) v(x), generate_series(1, 3) g

CREATE TABLE r AS SELECT t2.c FROM ((t1 JOIN (t2 JOIN t3 ON t2.id = t3.id) ON t1.id = t2.id))
-- t1 -> r
-- t2 -> r
-- t3 -> r
-- t2.c -> r.c copied
-- t1.id => r joined
-- t2.id => r joined
-- t3.id => r joined

CREATE TABLE r AS SELECT row_number() OVER (PARTITION BY a ORDER BY b) AS n FROM t ORDER BY 1
-- t -> r
-- t.a -> r.n computed
-- t.b -> r.n computed
-- t.a => r ordered
-- t.b => r ordered

CREATE TABLE r AS SELECT a FROM t EXCEPT SELECT b FROM u
-- t -> r
-- u -> r
-- t.a -> r.a copied
-- u.b => r filtered

CREATE VIEW v (one, two) AS SELECT a, b FROM t
-- t -> v
-- t.a -> v.one copied
-- t.b -> v.two copied

CREATE TABLE r AS SELECT b AS a FROM t WHERE a = 1
-- t -> r
-- t.b -> r.a copied
-- t.a => r filtered

CREATE TABLE r AS SELECT s.t.a, x.b FROM s.t AS x
-- s.t -> r
-- s.t.a -> r.a copied
-- s.t.b -> r.b copied

CREATE TABLE r AS SELECT x.b FROM t, ROWS FROM (generate_series(1, 2), unnest(t.arr)) AS x (a, b)
-- t -> r
-- t.arr -> r.b computed
-- t.arr => r joined

CREATE TABLE r AS SELECT lag(t.a) OVER w AS b, sum(t.v) OVER (x ROWS UNBOUNDED PRECEDING) AS s FROM t
WINDOW w AS (PARTITION BY t.k ORDER BY t.ts), x AS (w ORDER BY t.z)
-- t -> r
-- t.a -> r.b aggregated
-- t.k -> r.b computed
-- t.ts -> r.b computed
-- t.v -> r.s aggregated
-- t.k -> r.s computed
-- t.ts -> r.s computed
-- t.z -> r.s computed
-- t.k => r grouped
-- t.ts => r grouped
-- t.z => r grouped

CREATE TABLE r AS SELECT q.b FROM (SELECT sum(t.v) OVER w AS b FROM t WINDOW w AS (PARTITION BY t.k)) q, u WINDOW w AS (PARTITION BY u.k)
-- t -> r
-- u -> r
-- t.v -> r.b aggregated
-- t.k -> r.b computed
-- t.k => r grouped
-- u.k => r grouped
