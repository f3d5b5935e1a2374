-- No asset feels these.

SHOW TABLES IN sales;
--> nothing

DESCRIBE EXTENDED orders;
--> nothing

DESCRIBE HISTORY orders;
--> nothing

DESCRIBE DETAIL orders;
--> nothing

EXPLAIN FORMATTED SELECT 1;
--> nothing

EXPLAIN DELETE FROM orders;
--> nothing

ANALYZE TABLE orders COMPUTE STATISTICS FOR ALL COLUMNS;
--> nothing

SET spark.sql.sources.partitionOverwriteMode = dynamic;
--> nothing

SET TIME ZONE 'UTC';
--> nothing

SET VAR x = 5;
--> nothing

RESET;
--> nothing

ADD JAR '/x.jar';
--> nothing

LIST JAR;
--> nothing

GENERATE symlink_format_manifest FOR TABLE orders;
--> nothing

CONVERT TO DELTA parquet.`/x`;
--> not understood

CREATE BLOOMFILTER INDEX ON TABLE orders FOR COLUMNS(id);
--> nothing

SIGNAL SQLSTATE '45000';
--> nothing

LIST '/Volumes/x';
--> nothing

SELECT 'drop table x', "delete from y";
--> gives _col_0 ?, _col_1 ?
