-- Rows that come, go and stay: append, load, export; and where they come from.
-- session: main.sales
-- known: orders (id bigint, total decimal(18,2), note string, day date)
-- known: staged (id bigint, total decimal(18,2), note string, day date)

INSERT INTO orders SELECT * FROM staged;
--> append table orders
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders BY NAME SELECT total, id FROM staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

INSERT INTO TABLE orders TABLE staged;
--> append table orders
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders PARTITION (day = '2026-01-01') SELECT id, total, note FROM staged;
--> append table orders partition PARTITION(day = '2026-01-01')
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO delta.`/mnt/orders` SELECT id FROM staged;
--> append table /mnt/orders
--> staged -> /mnt/orders
--> staged.id -> /mnt/orders.id copied

COPY INTO orders FROM 's3://bucket/x' FILEFORMAT = CSV;
--> load table orders
--> s3://bucket/x -> orders

COPY INTO orders FROM (SELECT _c0 AS id FROM 's3://bucket/x') FILEFORMAT = CSV COPY_OPTIONS ('force' = 'true');
--> load table orders
--> s3://bucket/x -> orders
--> s3://bucket/x._c0 -> orders.id copied

LOAD DATA LOCAL INPATH '/x/y.csv' INTO TABLE orders;
--> load table orders
--> "/x/y.csv" -> orders

LOAD DATA INPATH '/x/y.csv' OVERWRITE INTO TABLE orders PARTITION (day = '2026-01-01');
--> overwrite table orders
--> "/x/y.csv" -> orders

EXECUTE IMMEDIATE 'DROP TABLE orders';
--> drop table orders

CALL p();
--> not understood

SELECT id FROM orders VERSION AS OF 3;
--> reads orders (id)
--> gives id bigint

SELECT id FROM orders@v3;
--> reads orders (id)
--> gives id bigint

SELECT id FROM orders TIMESTAMP AS OF '2026-01-01';
--> reads orders (id)
--> gives id bigint

SELECT x FROM parquet.`s3://bucket/x`;
--> reads s3://bucket/x (x)
--> gives x ?

SELECT * FROM read_files('s3://bucket/x');
--> reads s3://bucket/x

SELECT id, e FROM orders LATERAL VIEW explode(split(note, ',')) t AS e;
--> reads orders (note, id)
--> gives id bigint, e ?

UPDATE orders SET total = (SELECT max(total) FROM staged) WHERE id = 1;
--> update table orders (total)
--> staged -> orders
--> staged.total -> orders.total aggregated

GRANT SELECT ON TABLE orders TO `joe@x.example`;
--> grant table orders for joe@x.example

GRANT USE SCHEMA ON SCHEMA sales TO g;
--> grant schema sales for g

GRANT SELECT ON CATALOG main TO g;
--> grant database main for g

GRANT ALL PRIVILEGES ON SCHEMA sales TO g;
--> grant schema sales for g

REVOKE SELECT ON orders FROM g;
--> revoke table orders for g

REVOKE ALL PRIVILEGES ON SCHEMA main.sales FROM g;
--> revoke schema sales for g

REVOKE SELECT ON CATALOG main FROM g;
--> revoke database main for g

REVOKE SELECT ON SHARE s FROM RECIPIENT r;
--> nothing

REVOKE EXECUTE ON FUNCTION f FROM g;
--> nothing

DENY SELECT ON TABLE orders TO g;
--> revoke table orders for g
