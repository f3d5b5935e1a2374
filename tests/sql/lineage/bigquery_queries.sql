-- Arrays, structs and stars with exceptions.

CREATE TABLE d.r AS SELECT o.id, i.sku AS sku FROM d.orders o, UNNEST(o.items) AS i
-- d.orders -> d.r
-- d.orders.id -> d.r.id copied
-- d.orders.items -> d.r.sku computed
-- d.orders.items => d.r joined

CREATE TABLE d.r AS SELECT * EXCEPT (b) FROM (SELECT a, b FROM d.t)
-- d.t -> d.r
-- d.t.a -> d.r.a copied
-- d.t.b => d.r

CREATE TABLE d.r AS WITH Foo AS (SELECT a, id FROM d.Tab) SELECT FOO.a, x.B FROM foo JOIN d.u X ON Foo.id = x.id
-- d.Tab -> d.r
-- d.Tab.a -> d.r.a copied
-- d.Tab.id => d.r joined
-- d.u -> d.r
-- d.u.b -> d.r.b copied
-- d.u.id => d.r joined

MERGE d.T t USING d.S s ON T.id = S.id WHEN NOT MATCHED THEN INSERT (id) VALUES (ID)
-- d.S -> d.T
-- d.S.id -> d.T.id copied
-- d.S.id => d.T joined

CREATE TABLE d.r AS SELECT a, b FROM d.t INNER UNION ALL BY NAME SELECT b, c FROM d.u
-- d.t -> d.r
-- d.u -> d.r
-- d.t.b -> d.r.b copied
-- d.u.b -> d.r.b copied
-- d.t.a => d.r
-- d.u.c => d.r

CREATE TABLE d.r AS SELECT a, b FROM d.t LEFT UNION ALL BY NAME SELECT b, c FROM d.u
-- d.t -> d.r
-- d.u -> d.r
-- d.t.a -> d.r.a copied
-- d.t.b -> d.r.b copied
-- d.u.b -> d.r.b copied
-- d.u.c => d.r
