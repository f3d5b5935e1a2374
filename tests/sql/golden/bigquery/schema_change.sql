-- Columns that a relation loses, narrows or only calls by another name when it is made anew.
-- session: proj.sales
-- known: orders (id INT64, total NUMERIC, note STRING, items ARRAY<STRUCT<sku STRING, n INT64>>)

CREATE OR REPLACE TABLE orders (id integer, total decimal, note string, items array<struct<sku string, n int64>>);
--> replace table orders makes id int64, total numeric, note string, items array<struct<sku string, n int64>> [empty]

CREATE OR REPLACE TABLE orders (id int64, total bignumeric, note string(5), items array<struct<sku string>>);
--> replace table orders (note STRING > string(5), items ARRAY<STRUCT<sku STRING, n INT64>> > array<struct<sku string>>) makes id int64, total bignumeric, note string(5), items array<struct<sku string>> [empty]

CREATE OR REPLACE TABLE orders AS SELECT * EXCEPT (note) FROM orders;
--> replace table orders (note) makes id INT64, total NUMERIC, items ARRAY<STRUCT<sku STRING, n INT64>>
--> reads orders (id, total, items)

CREATE OR REPLACE TABLE orders AS SELECT * REPLACE (CAST(total AS FLOAT64) AS total) FROM orders;
--> replace table orders (total NUMERIC > float64) makes id INT64, total float64, note STRING, items ARRAY<STRUCT<sku STRING, n INT64>>
--> reads orders (total, id, note, items)

CREATE OR REPLACE VIEW v AS SELECT id FROM orders;
--> replace view v makes id INT64
--> orders -> v
--> orders.id -> v.id copied

ALTER TABLE orders ALTER COLUMN total SET DATA TYPE NUMERIC(10,2);
--> retype column table orders (total NUMERIC > numeric(10,2))
