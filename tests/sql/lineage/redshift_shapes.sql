-- Elements and attributes of SUPER.

CREATE TABLE r AS SELECT o.id, i, n FROM orders o, o.items AS i AT n
-- orders -> r
-- orders.id -> r.id copied
-- orders.items -> r.i computed

CREATE TABLE r AS SELECT id, attr, val FROM t, UNPIVOT t.obj AS val AT attr
-- t -> r
-- t.id -> r.id copied
-- t.obj -> r.val computed
