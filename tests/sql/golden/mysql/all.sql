-- Databases hold the tables, no schema between; tables keep their case, columns have none.
-- session: none
-- known: d.orders (id int, total decimal(18,2), note varchar(500))

DROP TABLE d.orders, d.items CASCADE;
--> drop table d.orders [cascade]
--> drop table d.items [cascade]

DROP TEMPORARY TABLE IF EXISTS t;
--> drop table pg_temp.t [if_exists] [temporary]

DROP DATABASE d;
--> drop schema d

DROP SCHEMA IF EXISTS d;
--> drop schema d [if_exists]

DROP VIEW d.v;
--> drop view d.v

DROP EVENT e;
--> nothing

TRUNCATE d.orders;
--> truncate table d.orders [every_row]

DELETE FROM d.orders;
--> delete table d.orders [every_row]

DELETE FROM d.orders WHERE 1;
--> delete table d.orders [every_row]

DELETE FROM d.orders ORDER BY id LIMIT 10;
--> delete table d.orders

DELETE a, b FROM d.orders a JOIN d.items b ON a.id = b.id;
--> delete table d.orders
--> delete table d.items
--> d.items -> d.orders
--> d.items.id => d.orders joined
--> d.orders -> d.items
--> d.orders.id => d.items joined

UPDATE d.orders SET total = 0;
--> update table d.orders (total) [every_row]

UPDATE d.orders o JOIN d.staged s ON s.id = o.id SET o.total = s.total;
--> update table d.orders (total)
--> d.staged -> d.orders
--> d.staged.id => d.orders joined
--> d.staged.total -> d.orders.total copied

REPLACE INTO d.orders SELECT * FROM d.staged;
--> merge table d.orders
--> d.staged -> d.orders

INSERT INTO d.orders (id, total) SELECT id, total FROM d.staged ON DUPLICATE KEY UPDATE total = VALUES(total);
--> merge table d.orders
--> d.staged -> d.orders
--> d.staged.id -> d.orders.id copied
--> d.staged.total -> d.orders.total copied

INSERT IGNORE INTO d.orders (id) VALUES (1);
--> append table d.orders

ALTER TABLE d.orders DROP note, DROP COLUMN total;
--> drop column table d.orders (note, total)

ALTER TABLE d.orders MODIFY note varchar(5) NOT NULL;
--> retype column table d.orders (note varchar(500) > varchar(5))

ALTER TABLE d.orders MODIFY COLUMN id bigint FIRST;
--> retype column table d.orders (id int > bigint)

ALTER TABLE d.orders CHANGE note remark text;
--> rename column table d.orders (note > remark)

ALTER TABLE d.orders CHANGE COLUMN id id int(11) AUTO_INCREMENT;
--> alter table d.orders (id int > int)

ALTER TABLE d.orders RENAME COLUMN note TO remark;
--> rename column table d.orders (note > remark)

ALTER TABLE d.orders RENAME TO d.old;
--> rename table d.orders to d.old

ALTER TABLE d.orders RENAME INDEX i TO j;
--> alter table d.orders

ALTER TABLE d.orders DROP PARTITION p0;
--> drop partition table d.orders partition p0

ALTER TABLE d.orders TRUNCATE PARTITION p0, p1;
--> drop partition table d.orders partition p0
--> drop partition table d.orders partition p1

ALTER TABLE d.orders EXCHANGE PARTITION p0 WITH TABLE d.archive;
--> overwrite table d.orders partition p0
--> overwrite table d.archive [every_row]
--> d.archive -> d.orders
--> d.orders -> d.archive

ALTER TABLE d.orders REORGANIZE PARTITION p0 INTO (PARTITION a VALUES LESS THAN (10));
--> alter table d.orders

ALTER TABLE d.orders DROP PRIMARY KEY, ADD PRIMARY KEY (id);
--> alter table d.orders

ALTER TABLE d.orders ENGINE = InnoDB, AUTO_INCREMENT = 5;
--> alter table d.orders

ALTER TABLE d.orders CONVERT TO CHARACTER SET utf8mb4;
--> alter table d.orders

ALTER TABLE d.orders DISCARD TABLESPACE;
--> alter table d.orders

ALTER VIEW d.v AS SELECT id FROM d.orders;
--> replace view d.v makes id int
--> d.orders -> d.v
--> d.orders.id -> d.v.id copied

RENAME TABLE d.orders TO d.old, d.new TO d.orders;
--> rename table d.orders to d.old
--> rename table d.new to d.orders

CREATE TABLE d.a LIKE d.orders;
--> create table d.a makes id int, total decimal(18,2), note varchar(500) [empty]
--> reads d.orders

CREATE TABLE d.a (x int) SELECT id FROM d.orders;
--> create table d.a makes x int, id int
--> d.orders -> d.a
--> d.orders.id -> d.a.id copied

CREATE TEMPORARY TABLE t SELECT id FROM d.orders;
INSERT INTO d.kept SELECT id FROM t;
--> create table pg_temp.t makes id int [temporary]
--> append table d.kept
--> d.orders -> d.kept
--> d.orders.id -> d.kept.id copied

LOAD DATA LOCAL INFILE '/tmp/x.csv' INTO TABLE d.orders FIELDS TERMINATED BY ',';
--> load table d.orders
--> "/tmp/x.csv" -> d.orders

LOAD DATA INFILE '/tmp/x.csv' REPLACE INTO TABLE d.orders;
--> load table d.orders
--> "/tmp/x.csv" -> d.orders

SELECT id FROM d.orders INTO OUTFILE '/tmp/x.csv';
--> export file "/tmp/x.csv"
--> d.orders -> "/tmp/x.csv"
--> d.orders.id -> "/tmp/x.csv".id copied

GRANT SELECT ON d.* TO 'joe'@'%';
--> grant schema d for joe

REVOKE ALL PRIVILEGES ON d.orders FROM joe;
--> revoke table d.orders for joe

USE d;
DROP TABLE orders;
--> drop table d.orders
--> session None: d

SELECT ID, `Note` FROM d.orders;
--> reads d.orders (id, note)
--> gives id int, note varchar(500)

OPTIMIZE TABLE d.orders;
--> nothing

FLUSH TABLES;
--> nothing

LOCK TABLES d.orders WRITE;
--> nothing

SET NAMES utf8mb4;
--> nothing
