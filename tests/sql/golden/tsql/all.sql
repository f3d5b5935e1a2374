-- session: shop.dbo
-- known: orders (id int, total decimal(18,2), note nvarchar(500))

DROP TABLE orders, dbo.lines;
--> drop table orders
--> drop table lines

DROP TABLE IF EXISTS [dbo].[orders];
--> drop table orders [if_exists]

DROP VIEW dbo.v;
--> drop view v

DROP SCHEMA marts;
--> drop schema marts

DROP DATABASE other;
--> drop database other

DROP PROCEDURE dbo.p;
--> not understood

DROP INDEX i ON orders;
--> nothing

DROP TABLE #t;
--> drop table pg_temp.#t [temporary]

TRUNCATE TABLE orders;
--> truncate table orders [every_row]

TRUNCATE TABLE orders WITH (PARTITIONS (2, 4 TO 6));
--> truncate table orders partition ( 2 , 4 TO 6 ) )

DELETE FROM orders;
--> delete table orders [every_row]

DELETE orders;
--> delete table orders [every_row]

DELETE o FROM orders o JOIN lines l ON l.order_id = o.id;
--> delete table orders
--> lines -> orders
--> lines.order_id => orders joined

DELETE TOP (10) FROM orders;
--> delete table orders

DELETE FROM orders WHERE 1 = 1;
--> delete table orders [every_row]

UPDATE orders SET total = 0;
--> update table orders (total) [every_row]

UPDATE o SET total = s.total FROM orders o JOIN staged s ON s.id = o.id;
--> update table orders (total)
--> staged -> orders
--> staged.id => orders joined
--> staged.total -> orders.total copied

MERGE orders AS t USING staged AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET total = s.total WHEN NOT MATCHED BY TARGET THEN INSERT (id, total) VALUES (s.id, s.total) WHEN NOT MATCHED BY SOURCE THEN DELETE;
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.total -> orders.total copied

ALTER TABLE orders DROP COLUMN note, total;
--> drop column table orders (note, total)

ALTER TABLE orders DROP COLUMN IF EXISTS note;
--> drop column table orders (note)

ALTER TABLE orders ADD city nvarchar(10), zip int;
--> add column table orders (city ? > nvarchar(10), zip ? > int)

ALTER TABLE orders ALTER COLUMN note nvarchar(5) NOT NULL;
--> retype column table orders (note nvarchar(500) > nvarchar(5))

ALTER TABLE orders DROP CONSTRAINT c;
--> alter table orders

ALTER TABLE orders ADD CONSTRAINT c DEFAULT 0 FOR total;
--> alter table orders

ALTER TABLE orders SWITCH TO archive;
--> truncate table orders [every_row]
--> append table archive
--> orders -> archive

ALTER TABLE orders SWITCH PARTITION 2 TO archive PARTITION 2;
--> drop partition table orders partition PARTITION 2
--> append table archive partition PARTITION 2
--> orders -> archive

ALTER TABLE orders WITH CHECK CHECK CONSTRAINT ALL;
--> alter table orders

ALTER TABLE orders NOCHECK CONSTRAINT ALL;
--> alter table orders

ALTER TABLE orders REBUILD;
--> alter table orders

ALTER TABLE orders SET (SYSTEM_VERSIONING = OFF);
--> alter table orders

ALTER TABLE orders ENABLE TRIGGER ALL;
--> alter table orders

ALTER SCHEMA archive TRANSFER dbo.orders;
--> set schema table orders to archive.orders

ALTER VIEW v AS SELECT id FROM orders;
--> replace view v makes id int
--> orders -> v
--> orders.id -> v.id copied

CREATE OR ALTER VIEW v AS SELECT id FROM orders;
--> replace view v makes id int
--> orders -> v
--> orders.id -> v.id copied

ALTER DATABASE other MODIFY NAME = another;
--> rename database other to another

ALTER DATABASE shop SET RECOVERY SIMPLE;
--> nothing

EXEC sp_rename 'dbo.orders', 'orders_old';
--> rename table orders to orders_old

EXEC sp_rename 'dbo.orders.note', 'remark', 'COLUMN';
--> rename column table orders (note > remark)

EXEC sp_executesql N'DROP TABLE orders';
--> drop table orders

SELECT id, total INTO copy_of FROM orders;
--> create table copy_of makes id int, total decimal(18,2)
--> orders -> copy_of
--> orders.id -> copy_of.id copied
--> orders.total -> copy_of.total copied

SELECT id INTO #t FROM orders;
INSERT INTO kept SELECT id FROM #t;
--> create table pg_temp.#t makes id int [temporary]
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied

CREATE TABLE a (x int IDENTITY(1,1), y nvarchar(max), z datetime2);
--> create table a makes x integer, y nvarchar(max), z datetime2 [empty]

CREATE CLUSTERED COLUMNSTORE INDEX i ON orders;
--> nothing

CREATE SYNONYM s FOR other.dbo.orders;
--> create other s
--> other.dbo.orders -> s

BULK INSERT orders FROM 's3://bucket/x.csv';
--> load table orders
--> "s3://bucket/x.csv" -> orders

GRANT SELECT ON dbo.orders TO joe;
--> grant table orders for joe

GRANT SELECT ON SCHEMA::marts TO joe;
--> grant schema marts for joe

DENY SELECT ON dbo.orders TO joe;
--> revoke table orders for joe

REVOKE SELECT ON OBJECT::dbo.orders FROM joe;
--> revoke table orders for joe

USE other;
DROP TABLE orders;
--> drop table other.dbo.orders
--> session other: dbo

DROP TABLE other..orders;
--> drop table other.dbo.orders

SELECT TOP 1 * FROM orders WITH (NOLOCK);
--> reads orders (id, total, note)
--> gives id int, total decimal(18,2), note nvarchar(500)

PRINT 'drop table x';
--> nothing

DBCC CHECKDB;
--> nothing

BACKUP DATABASE shop TO DISK = 'x';
--> nothing

SET NOCOUNT ON;
--> nothing

SET ROWCOUNT 10;
--> nothing

WAITFOR DELAY '00:00:01';
--> nothing
