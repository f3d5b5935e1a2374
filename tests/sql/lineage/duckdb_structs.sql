-- Structs and lists as DuckDB writes them.

CREATE TABLE d.r AS WITH q AS (SELECT {'a': t.x, 'b': t.y} AS s FROM d.t) SELECT s.a AS one, s['b'] AS two FROM q
-- d.t -> d.r
-- d.t.x -> d.r.one copied
-- d.t.y -> d.r.two computed

--known d.t: items STRUCT(sku VARCHAR,price INTEGER)[]
CREATE TABLE d.r AS SELECT i.sku FROM d.t, UNNEST(t.items) AS u(i)
-- d.t -> d.r
-- d.t.items -> d.r.sku computed
-- d.t.items => d.r joined
