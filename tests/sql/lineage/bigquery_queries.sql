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
