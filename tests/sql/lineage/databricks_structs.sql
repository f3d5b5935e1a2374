-- Structs and exploded arrays as Spark writes them.

CREATE TABLE d.r AS WITH q AS (SELECT named_struct('a', x, 'b', y) AS s FROM d.t) SELECT s.a AS one FROM q
-- d.t -> d.r
-- d.t.x -> d.r.one copied
-- d.t.y => d.r

CREATE TABLE d.r AS SELECT col.a FROM (SELECT array(struct(x AS a, y AS b)) AS l FROM d.t) LATERAL VIEW explode(l) e AS col
-- d.t -> d.r
-- d.t.x -> d.r.a computed
-- d.t.x => d.r joined
-- d.t.y => d.r joined

--known d.t: l array<struct<a:int,b:string>>
CREATE TABLE d.r AS SELECT one, two FROM d.t LATERAL VIEW inline(l) e AS one, two
-- d.t -> d.r
-- d.t.l -> d.r.one computed
-- d.t.l -> d.r.two computed
-- d.t.l => d.r joined
