-- One UPDATE or DELETE for several tables, REPLACE, and columns added by a SELECT.

UPDATE a JOIN b ON a.id = b.id SET a.x = b.y, b.z = a.w
-- a -> b
-- b -> a
-- b.y -> a.x copied
-- a.w -> b.z copied
-- b.id => a joined
-- a.id => b joined

UPDATE a, b SET b.z = a.w WHERE a.id = b.id
-- a -> b
-- a.w -> b.z copied
-- a.id => b filtered

DELETE FROM x USING a AS x JOIN b AS y ON x.id = y.id
-- b -> a
-- b.id => a joined

REPLACE INTO a (x) SELECT y FROM b
-- b -> a
-- b.y -> a.x copied

CREATE TABLE r (id int) SELECT a FROM b
-- b -> r
-- b.a -> r.a copied

SELECT a INTO OUTFILE '/tmp/x' FROM b
-- b -> /tmp/x
-- b.a -> /tmp/x.a copied

INSERT INTO d.t (id, n) SELECT s.id, s.m FROM d.s AS s ON DUPLICATE KEY UPDATE n = s.k + VALUES(n)
-- d.s -> d.t
-- d.s.id -> d.t.id copied
-- d.s.m -> d.t.n copied
-- d.s.k -> d.t.n computed

INSERT INTO d.t (id, n) SELECT id, m FROM d.s AS new ON DUPLICATE KEY UPDATE n = new.m
-- d.s -> d.t
-- d.s.id -> d.t.id copied
-- d.s.m -> d.t.n copied

INSERT INTO d.t (id, n) VALUES (1, (SELECT max(x) FROM d.u)) AS new ON DUPLICATE KEY UPDATE n = new.n
-- d.u -> d.t
-- d.u.x -> d.t.n aggregated
