-- Columns that a relation loses, narrows or only calls by another name when it is made anew.
-- session: lake.sales
-- known: orders (id bigint, total decimal(18,2), note varchar(500), r row(a bigint, b varchar))

CREATE OR REPLACE TABLE orders (id BIGINT, total DECIMAL(18,2), note VARCHAR(500), r ROW(a BIGINT, b VARCHAR));
--> replace table orders makes id bigint, total decimal(18, 2), note varchar(500), r row(a bigint, b varchar) [empty]

CREATE OR REPLACE TABLE orders (id integer, total decimal(10,2), note varchar, r row(a bigint));
--> replace table orders (id bigint > integer, total decimal(18,2) > decimal(10, 2), r row(a bigint, b varchar) > row(a bigint)) makes id integer, total decimal(10, 2), note varchar, r row(a bigint) [empty]

CREATE OR REPLACE TABLE orders AS SELECT id, CAST(total AS decimal(18,4)) AS total FROM orders;
--> replace table orders (note, r, total decimal(18,2) > decimal(18, 4)) makes id bigint, total decimal(18, 4)
--> reads orders (id, total)
