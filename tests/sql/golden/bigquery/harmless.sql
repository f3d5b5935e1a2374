-- No asset feels these.

SELECT 'drop table x' AS a, "delete from y" AS b, '''truncate z''' AS c;
--> gives a ?, b ?, c ?

DECLARE x INT64 DEFAULT 0;
--> nothing

SET x = 5;
--> nothing

SET @@query_label = 'a:b';
--> nothing

ASSERT (SELECT 1) = 1 AS 'x';
--> nothing

BEGIN TRANSACTION;
--> nothing

COMMIT TRANSACTION;
--> nothing

SELECT 1 # drop table x
--> gives _col_0 ?
