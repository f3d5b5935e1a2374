-- What is inside a column: a field comes only from what feeds it, through structs, arrays of them and whole rows.

CREATE TABLE d.r AS WITH q AS (SELECT STRUCT(t.a AS a, t.b AS b) AS s FROM d.t t) SELECT s.a AS x FROM q
-- d.t -> d.r
-- d.t.a -> d.r.x copied
-- d.t.b => d.r

CREATE TABLE d.r AS WITH q AS (SELECT STRUCT(t.a, STRUCT(t.b AS c, t.e) AS n) AS s FROM d.t t), p AS (SELECT * FROM q)
SELECT p.s.n.c, p.s.a AS x FROM p
-- d.t -> d.r
-- d.t.a -> d.r.x copied
-- d.t.b -> d.r.c copied
-- d.t.e => d.r

--known d.t: k INT64, a INT64, ts TIMESTAMP
CREATE TABLE d.r AS SELECT u.a AS a
FROM (SELECT ARRAY_AGG(t ORDER BY ts DESC LIMIT 1)[OFFSET(0)] AS u FROM d.t AS t GROUP BY k)
-- d.t -> d.r
-- d.t.a -> d.r.a aggregated
-- d.t.k => d.r grouped
-- d.t.ts => d.r

--known d.t: s STRUCT<a INT64,n STRUCT<c STRING,e DATE>>
CREATE TABLE d.r AS SELECT s.* EXCEPT (n), s.n.* FROM d.t
-- d.t -> d.r
-- d.t.s -> d.r.a copied
-- d.t.s -> d.r.c copied
-- d.t.s -> d.r.e copied

--known d.t: k INT64, items ARRAY<STRUCT<sku STRING,price NUMERIC>>
CREATE TABLE d.r AS SELECT k, sku, i.price, (SELECT MAX(price) FROM UNNEST(items) WHERE sku = 'x') AS most
FROM d.t, UNNEST(items) AS i
-- d.t -> d.r
-- d.t.items -> d.r.most aggregated
-- d.t.items -> d.r.price computed
-- d.t.items -> d.r.sku computed
-- d.t.k -> d.r.k copied
-- d.t.items => d.r joined

CREATE TABLE d.r AS SELECT (SELECT value FROM UNNEST(params) WHERE key = 'a').number AS n FROM d.events
-- d.events -> d.r
-- d.events.params -> d.r.n computed
-- d.events.params => d.r joined

--known d.a: id INT64, x STRING
--known d.b: id INT64, x STRING
CREATE TABLE d.r AS SELECT IF(a.id IS NULL, b, a).* REPLACE (1 AS id) FROM d.a FULL JOIN d.b USING (id)
-- d.a -> d.r
-- d.a.id => d.r joined
-- d.a.x -> d.r.x computed
-- d.b -> d.r
-- d.b.id => d.r joined
-- d.b.x -> d.r.x computed

CREATE TABLE d.r AS SELECT e.key, e.twice
FROM (SELECT ARRAY(SELECT AS STRUCT k AS key, n * 2 AS twice FROM d.b WHERE b.id = a.id) AS all_ FROM d.a), UNNEST(all_) e
-- d.a -> d.r
-- d.a.id => d.r filtered
-- d.b -> d.r
-- d.b.id => d.r filtered
-- d.b.k -> d.r.key computed
-- d.b.n -> d.r.twice computed
-- d.b.k => d.r joined
-- d.b.n => d.r joined

CREATE TABLE d.r AS SELECT s.a FROM (SELECT STRUCT(x AS a, y AS b) AS s FROM d.t UNION ALL SELECT STRUCT(p, q) FROM d.u)
-- d.t -> d.r
-- d.t.x -> d.r.a copied
-- d.u -> d.r
-- d.u.p -> d.r.a copied
-- d.t.y => d.r
-- d.u.q => d.r

CREATE TABLE d.r AS SELECT v.a FROM (SELECT AS VALUE STRUCT(x AS a, y AS b) FROM d.t) AS v
-- d.t -> d.r
-- d.t.x -> d.r.a copied
-- d.t.y => d.r

--known d.t: k INT64, a STRING
CREATE TABLE d.r AS SELECT k, MAX_BY(t, k).* EXCEPT (k) FROM d.t GROUP BY k
-- d.t -> d.r
-- d.t.a -> d.r.a aggregated
-- d.t.k -> d.r.k copied
-- d.t.k => d.r grouped

--known d.t: k INT64, s STRUCT<a INT64,b STRING>
CREATE TABLE d.r AS SELECT IF(k > 1, s, NULL).b AS b FROM d.t
-- d.t -> d.r
-- d.t.k => d.r
-- d.t.s -> d.r.b computed
