-- Columns that a relation loses, narrows or only calls by another name when it is made anew.
-- session: main.sales
-- known: orders (id bigint, total decimal(18,2), note string, s struct<a: int, b: string>)

CREATE OR REPLACE TABLE orders (id LONG, total DEC(18,2), note STRING, s STRUCT<a:INT,b:STRING>);
--> replace table orders makes id bigint, total decimal(18, 2), note string, s struct<a: int, b: string> [empty]

CREATE OR REPLACE TABLE orders (id INT, total DECIMAL(20,2), note VARCHAR(5), s STRUCT<a:INT>);
--> replace table orders (id bigint > int, note string > varchar(5), s struct<a: int, b: string> > struct<a: int>) makes id int, total decimal(20, 2), note varchar(5), s struct<a: int> [empty]

CREATE OR REPLACE TABLE orders AS SELECT * EXCEPT (note) FROM orders;
--> replace table orders (note) makes id bigint, total decimal(18,2), s struct<a: int, b: string>
--> reads orders (id, total, s)

ALTER TABLE orders REPLACE COLUMNS (id bigint, total decimal(10,2), note string, s struct<a:int,b:string>);
--> replace table orders (total decimal(18,2) > decimal(10,2)) makes id bigint, total decimal(10,2), note string, s struct<a:int,b:string>

ALTER TABLE orders CHANGE COLUMN id id LONG COMMENT 'x';
--> alter table orders (id bigint > bigint)
