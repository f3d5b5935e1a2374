-- Columns that a relation loses, narrows or only calls by another name when it is made anew.
-- session: shop.main
-- known: orders (id BIGINT, total DECIMAL(18,2), note VARCHAR)

CREATE OR REPLACE TABLE orders (id int8, total numeric(18,2), note text);
--> replace table orders makes id bigint, total decimal(18, 2), note text [empty]

CREATE OR REPLACE TABLE orders (id integer, total double, note varchar(5));
--> replace table orders (id BIGINT > int, total DECIMAL(18,2) > double) makes id int, total double, note text [empty]

CREATE OR REPLACE TABLE orders AS SELECT * EXCLUDE note FROM orders;
--> replace table orders (note) makes id BIGINT, total DECIMAL(18,2)
--> reads orders (id, total)

CREATE OR REPLACE TABLE orders AS SELECT * REPLACE (id::VARCHAR AS id) FROM orders;
--> replace table orders (id BIGINT > text) makes id text, total DECIMAL(18,2), note VARCHAR
--> reads orders (id, total, note)

ALTER TABLE orders ALTER note TYPE text;
--> alter table orders (note VARCHAR > VARCHAR)
