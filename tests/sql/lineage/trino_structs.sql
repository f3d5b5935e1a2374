-- Rows and unnested arrays as Trino writes them.

CREATE TABLE d.r AS WITH q AS (SELECT CAST(ROW(x, y) AS ROW(a bigint, b varchar)) AS s FROM d.t) SELECT s.a AS one FROM q
-- d.t -> d.r
-- d.t.x -> d.r.one copied
-- d.t.y => d.r

CREATE TABLE d.r AS SELECT u.a, u.b, u.n FROM d.t, UNNEST(t.x, t.y) WITH ORDINALITY AS u(a, b, n)
-- d.t -> d.r
-- d.t.x -> d.r.a computed
-- d.t.y -> d.r.b computed
-- d.t.x => d.r joined
-- d.t.y => d.r joined
