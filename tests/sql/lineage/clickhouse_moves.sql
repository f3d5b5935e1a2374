-- Partitions that change their table, and a view that fills another.

ALTER TABLE t REPLACE PARTITION 'x' FROM s
-- s -> t

ALTER TABLE t MOVE PARTITION 'x' TO TABLE s
-- t -> s

ALTER TABLE t ATTACH PARTITION 'x' FROM s
-- s -> t

CREATE MATERIALIZED VIEW mv TO target AS SELECT a FROM src
-- mv -> target
-- src -> mv
-- src.a -> mv.a copied
