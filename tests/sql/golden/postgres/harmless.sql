-- No asset feels these.

ANALYZE orders;
--> nothing

VACUUM FULL orders;
--> nothing

CLUSTER orders USING i;
--> nothing

REINDEX TABLE orders;
--> nothing

COMMENT ON COLUMN orders.id IS 'drop table x';
--> nothing

SHOW ALL;
--> nothing

SET statement_timeout = 0;
--> nothing

BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;
--> nothing

SAVEPOINT a;
--> nothing

RELEASE SAVEPOINT a;
--> nothing

ROLLBACK TO SAVEPOINT a;
--> nothing

COMMIT AND CHAIN;
--> nothing

PREPARE TRANSACTION 'x';
--> nothing

COMMIT PREPARED 'x';
--> nothing

LISTEN c;
--> nothing

NOTIFY c, 'drop table x';
--> nothing

CHECKPOINT;
--> nothing

DEALLOCATE ALL;
--> nothing

DISCARD PLANS;
--> nothing

FETCH NEXT FROM c;
--> nothing

MOVE 3 IN c;
--> nothing

SELECT 'drop table x; delete from y', $$truncate z$$;
--> gives ?column? ?, ?column? ?

SELECT 1 /* drop /* table */ x */;
--> gives ?column? ?

EXPLAIN DELETE FROM orders;
--> nothing
