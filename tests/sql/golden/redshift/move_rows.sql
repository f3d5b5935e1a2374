-- Rows that come, go and stay: append, load, export; and where they come from.
-- known: orders (id integer, total numeric(18,2), note character varying(500))
-- known: staged (id integer, total numeric(18,2), note character varying(500))

INSERT INTO orders SELECT * FROM staged;
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders (total, id) (SELECT total, id FROM staged);
--> append table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.total -> orders.total copied

COPY orders FROM 's3://bucket/orders.csv' IAM_ROLE 'arn:aws:iam::1:role/r' CSV;
--> load table orders
--> "s3://bucket/orders.csv" -> orders

COPY orders (id, total) FROM 's3://bucket/manifest' CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key=y' MANIFEST JSON 'auto';
--> load table orders
--> s3://bucket/manifest -> orders

COPY orders FROM 'dynamodb://orders' IAM_ROLE default READRATIO 50;
--> load table orders
--> dynamodb://orders -> orders

COPY orders FROM 'emr://x/out' IAM_ROLE default;
--> load table orders
--> emr://x/out -> orders

UNLOAD ('SELECT id, total FROM orders') TO 's3://bucket/out/' IAM_ROLE 'arn:aws:iam::1:role/r' PARQUET;
--> export file s3://bucket/out/
--> orders -> s3://bucket/out/
--> orders.id -> s3://bucket/out/.id copied
--> orders.total -> s3://bucket/out/.total copied

UNLOAD ($$SELECT id FROM orders WHERE note = 'x'$$) TO 's3://bucket/out/' IAM_ROLE default CLEANPATH;
--> export file s3://bucket/out/
--> orders -> s3://bucket/out/
--> orders.id -> s3://bucket/out/.id copied
--> orders.note => s3://bucket/out/ filtered

UNLOAD ('DELETE FROM orders') TO 's3://bucket/out/' IAM_ROLE default;
--> not understood, destructive: orders

REFRESH MATERIALIZED VIEW daily;
--> refresh materialized view daily

REFRESH MATERIALIZED VIEW daily CASCADE;
--> refresh materialized view daily

VACUUM FULL orders TO 100 PERCENT;
--> nothing

VACUUM DELETE ONLY orders;
--> nothing

ANALYZE COMPRESSION orders;
--> nothing

CALL p();
--> not understood

UPDATE orders SET total = s.total FROM staged s WHERE s.id = orders.id;
--> update table orders (total)
--> staged -> orders
--> staged.id => orders filtered
--> staged.total -> orders.total copied

MERGE INTO orders USING staged AS s ON orders.id = s.id WHEN MATCHED THEN UPDATE SET total = s.total WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total);
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.total -> orders.total copied

DECLARE c CURSOR FOR SELECT id FROM orders;
--> reads orders (id)

FETCH 100 FROM c;
--> nothing

PREPARE q AS DELETE FROM orders;
EXECUTE q;
--> delete table orders [every_row]

SELECT id FROM other.public.orders;
--> reads other.public.orders (id)
--> gives id ?

INSERT INTO kept SELECT o.id, p.note FROM orders o, o.items p;
--> append table kept
--> orders -> kept
--> orders.id -> kept.id copied
--> orders.items -> kept.note computed
--> orders.items => kept joined
