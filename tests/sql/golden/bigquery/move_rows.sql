-- Rows that come, go and stay: append, load, export; and where they come from.
-- session: proj.sales
-- known: orders (id INT64, total NUMERIC, note STRING, day DATE)
-- known: staged (id INT64, total NUMERIC, note STRING, day DATE)

INSERT INTO sales.orders (id, total) SELECT id, total FROM sales.staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

INSERT sales.orders (id) VALUES (1);
--> append table orders

INSERT `proj.sales.orders` SELECT * FROM sales.staged;
--> append table orders
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

LOAD DATA INTO sales.orders FROM FILES (format='CSV', uris=['gs://bucket/a.csv', 'gs://bucket/b.csv']);
--> load table orders
--> "gs://bucket/a.csv" -> orders
--> "gs://bucket/b.csv" -> orders

LOAD DATA OVERWRITE sales.orders FROM FILES (format='PARQUET', uris=['gs://bucket/x/*']);
--> overwrite table orders [every_row]
--> gs://bucket/x/* -> orders

LOAD DATA OVERWRITE sales.orders PARTITIONS(_PARTITIONTIME = TIMESTAMP '2026-01-01') FROM FILES (format='CSV', uris=['gs://bucket/x.csv']);
--> overwrite table orders
--> "gs://bucket/x.csv" -> orders

LOAD DATA INTO TEMP TABLE t (x INT64) FROM FILES (format='CSV', uris=['gs://bucket/x.csv']);
--> create table pg_temp.t makes x int64 [temporary]

LOAD DATA INTO sales.orders (id INT64, total NUMERIC) PARTITION BY day FROM FILES (format='CSV', uris=['gs://bucket/x.csv']) WITH PARTITION COLUMNS (day DATE);
--> load table orders
--> "gs://bucket/x.csv" -> orders

EXPORT DATA OPTIONS(uri='gs://bucket/out/*.csv', format='CSV', overwrite=true) AS SELECT id, total FROM sales.orders;
--> export file "gs://bucket/out/*.csv"
--> orders -> "gs://bucket/out/*.csv"
--> orders.id -> "gs://bucket/out/*.csv".id copied
--> orders.total -> "gs://bucket/out/*.csv".total copied

EXPORT DATA WITH CONNECTION `proj.us.c` OPTIONS(uri='s3://bucket/out/*', format='PARQUET') AS SELECT id FROM sales.orders;
--> export file s3://bucket/out/*
--> orders -> s3://bucket/out/*
--> orders.id -> s3://bucket/out/*.id copied

EXPORT MODEL sales.m OPTIONS(uri='gs://bucket/m');
--> nothing

CALL sales.p();
--> not understood

EXECUTE IMMEDIATE 'TRUNCATE TABLE sales.orders';
--> truncate table orders [every_row]

EXECUTE IMMEDIATE 'SELECT 1' INTO x;
--> gives _col_0 ?

UPDATE sales.orders o SET total = s.total FROM sales.staged s WHERE o.id = s.id;
--> update table orders (total)
--> staged -> orders
--> staged.id => orders filtered
--> staged.total -> orders.total copied

MERGE sales.orders t USING sales.staged s ON t.id = s.id WHEN MATCHED THEN UPDATE SET total = s.total WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total);
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.total -> orders.total copied

SELECT id FROM sales.orders FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR);
--> reads orders (id)
--> gives id INT64

SELECT id FROM `proj.sales.events_*` WHERE _TABLE_SUFFIX = '20260101';
--> reads events_* (id)
--> gives id ?

CREATE OR REPLACE TABLE sales.orders__dbt_tmp AS SELECT id, total, note, day FROM sales.staged;
merge into sales.orders as DBT_INTERNAL_DEST using (select * from sales.orders__dbt_tmp) as DBT_INTERNAL_SOURCE on FALSE when not matched by source and DBT_INTERNAL_DEST.day in unnest([date '2026-01-01']) then delete when not matched then insert (id, total) values (id, total);
drop table if exists sales.orders__dbt_tmp;
--> replace table orders__dbt_tmp makes id INT64, total NUMERIC, note STRING, day DATE
--> merge table orders
--> delete table orders
--> drop table orders__dbt_tmp [if_exists]
--> orders__dbt_tmp -> orders
--> orders__dbt_tmp.id -> orders.id copied
--> orders__dbt_tmp.total -> orders.total copied
--> staged -> orders__dbt_tmp
--> staged.day -> orders__dbt_tmp.day copied
--> staged.id -> orders__dbt_tmp.id copied
--> staged.note -> orders__dbt_tmp.note copied
--> staged.total -> orders__dbt_tmp.total copied

drop table if exists sales.x;
create or replace table sales.x clone sales.orders;
--> drop table x [if_exists]
--> replace table x makes id INT64, total NUMERIC, note STRING, day DATE
--> orders -> x
--> orders.day -> x.day copied
--> orders.id -> x.id copied
--> orders.note -> x.note copied
--> orders.total -> x.total copied

-- What runs in the other system is not ours to name.
CREATE TABLE sales.mirrored AS SELECT id FROM EXTERNAL_QUERY('p.us.conn', 'SELECT id FROM customers');
--> create table mirrored makes id ?
