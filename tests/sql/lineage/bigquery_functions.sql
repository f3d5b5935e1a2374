-- Functions in a FROM that are handed whole tables.

CREATE TABLE d.r AS SELECT predicted_y, a FROM ML.PREDICT(MODEL d.m, (SELECT a, b FROM d.t))
-- d.t -> d.r
-- d.t.a -> d.r.a copied
-- d.t.a -> d.r.predicted_y computed
-- d.t.a => d.r joined
-- d.t.b -> d.r.predicted_y computed
-- d.t.b => d.r joined

--known d.t: a INT64
CREATE TABLE d.r AS WITH q AS (SELECT a FROM d.t) SELECT predicted_y, a FROM ML.PREDICT(MODEL d.m, TABLE q)
-- d.t -> d.r
-- d.t.a -> d.r.a copied
-- d.t.a -> d.r.predicted_y computed
-- d.t.a => d.r joined

CREATE TABLE d.r AS SELECT ts FROM AI.FORECAST(TABLE d.t, data_col => 'x', timestamp_col => 'ts')
-- d.t -> d.r
-- d.t.ts -> d.r.ts copied

CREATE TABLE d.r AS SELECT f.a FROM d.tf((SELECT MAX(k) FROM d.t)) AS f
-- d.t -> d.r
-- d.t.k -> d.r.a aggregated
-- d.t.k => d.r joined

CREATE TABLE d.r AS SELECT predicted_y FROM ML.PREDICT(MODEL d.m, TABLE d.t)
-- d.t -> d.r
