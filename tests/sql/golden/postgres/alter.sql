-- What changes a relation, its columns, its name, its history.
-- known: orders (id bigint, total numeric(18,2), note character varying(500), at timestamp without time zone)
-- known: part (id bigint)

ALTER TABLE orders DROP COLUMN note;
--> drop column table orders (note)

ALTER TABLE IF EXISTS ONLY orders DROP COLUMN IF EXISTS note CASCADE, DROP total;
--> drop column table orders (note, total) [cascade] [if_exists]

ALTER TABLE orders ADD COLUMN city varchar(10), ADD zip int;
--> add column table orders (city ? > varchar(10), zip ? > int)

ALTER TABLE orders RENAME note TO remark;
--> rename column table orders (note > remark)

ALTER TABLE orders RENAME TO orders_old;
--> rename table orders to orders_old

ALTER TABLE orders ALTER COLUMN id TYPE int USING id::int, ALTER note SET DATA TYPE varchar(5);
--> retype column table orders (id bigint > int, note character varying(500) > varchar(5))

ALTER TABLE orders ALTER total TYPE numeric(10,2);
--> retype column table orders (total numeric(18,2) > numeric(10,2))

ALTER TABLE orders ALTER at TYPE date;
--> retype column table orders (at timestamp without time zone > date)

ALTER TABLE orders ALTER note TYPE text COLLATE "C";
--> retype column table orders (note character varying(500) > text)

ALTER TABLE orders ALTER note SET NOT NULL, ALTER note DROP DEFAULT, ALTER id SET STATISTICS 100;
--> alter table orders (note character varying(500) > character varying(500))

ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY;
--> alter table orders (id bigint > bigint)

ALTER TABLE orders ALTER id DROP EXPRESSION;
--> alter table orders (id bigint > bigint)

ALTER TABLE orders SET SCHEMA archive;
--> set schema table orders to archive.orders

ALTER VIEW revenue SET SCHEMA archive;
--> set schema view revenue to archive.revenue

ALTER MATERIALIZED VIEW mv SET SCHEMA archive;
--> set schema materialized view mv to archive.mv

ALTER TABLE orders DETACH PARTITION part CONCURRENTLY;
--> drop partition table orders partition part CONCURRENTLY

ALTER TABLE orders DETACH PARTITION archive.part FINALIZE;
--> drop partition table orders partition archive . part FINALIZE

ALTER TABLE orders ATTACH PARTITION part FOR VALUES FROM (1) TO (10);
--> append table orders partition part FOR VALUES FROM ( 1 ) TO ( 10 )
--> part -> orders

ALTER TABLE part INHERIT orders;
--> append table orders partition part

ALTER TABLE part NO INHERIT orders;
--> drop partition table orders partition part

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
--> hide table orders

ALTER TABLE orders FORCE ROW LEVEL SECURITY;
--> hide table orders

ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
--> alter table orders

ALTER TABLE orders DISABLE TRIGGER ALL;
--> alter table orders

ALTER TABLE orders SET LOGGED;
--> alter table orders

ALTER TABLE orders SET UNLOGGED;
--> alter table orders

ALTER TABLE orders SET TABLESPACE t;
--> alter table orders

ALTER TABLE orders SET (fillfactor = 70);
--> alter table orders

ALTER TABLE orders REPLICA IDENTITY FULL;
--> alter table orders

ALTER TABLE orders OWNER TO joe;
--> alter table orders

ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES lines (id) NOT VALID;
--> alter table orders

ALTER TABLE orders VALIDATE CONSTRAINT c;
--> alter table orders

ALTER TABLE orders DROP CONSTRAINT c CASCADE;
--> alter table orders

ALTER TABLE orders RENAME CONSTRAINT c TO d;
--> alter table orders

ALTER TABLE orders OF a_type;
--> alter table orders

ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b;
--> nothing

ALTER VIEW revenue ALTER COLUMN total SET DEFAULT 0;
--> alter view revenue (total)

ALTER VIEW revenue RENAME COLUMN total TO amount;
--> rename column view revenue (total > amount)

ALTER VIEW revenue OWNER TO joe;
--> alter view revenue

ALTER FOREIGN TABLE f DROP COLUMN x;
--> drop column foreign table f (x)

ALTER FOREIGN TABLE f OPTIONS (SET table_name 'other');
--> alter foreign table f

ALTER SCHEMA marts RENAME TO marts_old;
--> rename schema marts to marts_old

ALTER SCHEMA marts OWNER TO joe;
--> nothing

ALTER DATABASE shop RENAME TO shop_old;
--> rename database shop to shop_old

ALTER DATABASE shop SET search_path = marts;
--> nothing

ALTER ROLE joe SET search_path = marts;
--> nothing

ALTER TYPE t ADD ATTRIBUTE c int;
--> not understood

ALTER TYPE t RENAME VALUE 'a' TO 'b';
--> nothing

ALTER TYPE t DROP ATTRIBUTE c CASCADE;
--> not understood

ALTER SEQUENCE s RESTART;
--> nothing

ALTER EXTENSION postgis UPDATE;
--> nothing

ALTER EXTENSION postgis DROP TABLE orders;
--> nothing

ALTER FUNCTION f() OWNER TO joe;
--> nothing

ALTER INDEX i RENAME TO j;
--> nothing

ALTER POLICY p ON orders USING (true);
--> nothing

ALTER PUBLICATION p DROP TABLE orders;
--> nothing

ALTER SERVER s OPTIONS (SET host 'h');
--> nothing

ALTER SUBSCRIPTION s DISABLE;
--> nothing

ALTER SYSTEM SET work_mem = '1GB';
--> nothing

ALTER DEFAULT PRIVILEGES IN SCHEMA marts REVOKE ALL ON TABLES FROM joe;
--> nothing

ALTER LARGE OBJECT 1 OWNER TO joe;
--> nothing
