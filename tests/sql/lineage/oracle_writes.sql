-- Oracle's own ways to write.

MERGE INTO t USING s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.a = s.a WHERE s.b > 0 DELETE WHERE s.c = 1 WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id) WHERE s.d > 1
-- S -> T
-- S.A -> T.A copied
-- S.ID -> T.ID copied
-- S.ID => T joined
-- S.B => T filtered
-- S.C => T filtered
-- S.D => T filtered

UPDATE (SELECT t.a, s.b FROM t JOIN s ON t.id = s.id) SET a = b
-- S -> T
-- S.B -> T.A copied
-- S.ID => T joined

CREATE MATERIALIZED VIEW mv REFRESH FAST ON COMMIT AS SELECT a FROM t
-- T -> MV
-- T.A -> MV.A copied

INSERT INTO t (a) SELECT b FROM s LOG ERRORS INTO err REJECT LIMIT UNLIMITED
-- S -> T
-- S.B -> T.A copied
