-- No asset feels these.

SHOW TABLES IN SCHEMA marts;
--> nothing

SHOW GRANTS ON TABLE orders;
--> nothing

DESCRIBE TABLE orders;
--> nothing

DESC VIEW revenue;
--> nothing

EXPLAIN USING TEXT DELETE FROM orders;
--> nothing

COMMENT ON TABLE orders IS 'drop table x';
--> nothing

COMMENT IF EXISTS ON COLUMN orders.id IS 'x';
--> nothing

SET x = 1;
--> nothing

SET (a, b) = (1, 'x');
--> nothing

UNSET x;
--> nothing

BEGIN TRANSACTION;
--> nothing

COMMIT;
--> nothing

ROLLBACK;
--> nothing

SELECT SYSTEM$TYPEOF(1);
--> gives _col_0 ?

SELECT 'drop table orders; delete from x';
--> gives _col_0 ?

SELECT 1 // truncate table orders
--> gives _col_0 ?

LS @my_stage;
--> nothing

SELECT CURRENT_WAREHOUSE();
--> gives _col_0 ?

EXPLAIN SELECT 1;
--> nothing
