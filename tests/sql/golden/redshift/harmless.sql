-- No asset feels these.

SHOW TABLES FROM SCHEMA shop.public;
--> nothing

SET enable_result_cache_for_session TO off;
--> nothing

SET query_group TO 'x';
--> nothing

RESET query_group;
--> nothing

ANALYZE orders;
--> nothing

EXPLAIN DELETE FROM orders;
--> nothing

COMMENT ON TABLE orders IS 'x';
--> nothing

LOCK orders;
--> nothing

CANCEL 123;
--> nothing

CLOSE c;
--> nothing

BEGIN READ ONLY;
--> nothing

SELECT pg_terminate_backend(1);
--> gives ?column? ?

SET SESSION AUTHORIZATION joe;
--> nothing

SHOW search_path;
--> nothing
