-- Rows that come, go and stay: append, load, export; and where they come from.
-- known: orders (id number(38,0), total number(18,2), note varchar)
-- known: staged (id number(38,0), total number(18,2), note varchar)

INSERT INTO orders SELECT * FROM staged;
--> append table ORDERS
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> ORDERS.TOTAL copied

INSERT INTO orders (total, id) SELECT total * 2, id FROM staged WHERE note = 'x';
--> append table ORDERS
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.NOTE => ORDERS filtered
--> STAGED.TOTAL -> ORDERS.TOTAL computed

INSERT INTO orders SELECT $1, $2, $3 FROM VALUES (1, 2, 'x');
--> append table ORDERS

INSERT ALL INTO orders INTO kept (id) VALUES (id) SELECT id, total, note FROM staged;
--> append table ORDERS
--> append table KEPT
--> STAGED -> KEPT
--> STAGED -> ORDERS
--> STAGED.ID -> KEPT.ID copied
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> ORDERS.TOTAL copied

INSERT FIRST WHEN total > 10 THEN INTO big ELSE INTO small SELECT id, total FROM staged;
--> append table BIG
--> append table SMALL
--> STAGED -> BIG
--> STAGED -> SMALL
--> STAGED.ID -> BIG.ID copied
--> STAGED.ID -> SMALL.ID copied
--> STAGED.TOTAL -> BIG.TOTAL copied
--> STAGED.TOTAL -> SMALL.TOTAL copied
--> STAGED.TOTAL => BIG filtered
--> STAGED.TOTAL => SMALL filtered

COPY INTO orders FROM @my_stage/orders FILE_FORMAT = (TYPE = CSV);
--> load table ORDERS
--> @my_stage/orders -> ORDERS

COPY INTO orders (id, total) FROM (SELECT $1, $2 FROM @my_stage/orders.csv);
--> load table ORDERS
--> "@my_stage/orders.csv" -> ORDERS

COPY INTO orders FROM 's3://bucket/orders/' CREDENTIALS = (AWS_KEY_ID = 'x' AWS_SECRET_KEY = 'y') FORCE = TRUE PURGE = TRUE;
--> load table ORDERS
--> s3://bucket/orders/ -> ORDERS

COPY INTO orders FROM @~/x.csv ON_ERROR = 'continue' FORCE = TRUE;
--> load table ORDERS
--> "@~/x.csv" -> ORDERS

COPY INTO @my_stage/out FROM orders FILE_FORMAT = (TYPE = PARQUET) OVERWRITE = TRUE;
--> export file @my_stage/out
--> ORDERS -> @my_stage/out
--> ORDERS.ID -> @my_stage/out.ID copied
--> ORDERS.NOTE -> @my_stage/out.NOTE copied
--> ORDERS.TOTAL -> @my_stage/out.TOTAL copied

COPY INTO 's3://bucket/out/' FROM (SELECT id, total FROM orders) HEADER = TRUE;
--> export file s3://bucket/out/
--> ORDERS -> s3://bucket/out/
--> ORDERS.ID -> s3://bucket/out/.ID copied
--> ORDERS.TOTAL -> s3://bucket/out/.TOTAL copied

COPY INTO @%orders FROM orders;
--> export file @%orders
--> ORDERS -> @%orders
--> ORDERS.ID -> @%orders.ID copied
--> ORDERS.NOTE -> @%orders.NOTE copied
--> ORDERS.TOTAL -> @%orders.TOTAL copied

PUT file:///tmp/x.csv @my_stage AUTO_COMPRESS = TRUE;
--> nothing

GET @my_stage/x file:///tmp/;
--> nothing

COPY FILES INTO @other_stage FROM @my_stage;
--> load file @other_stage

LIST @my_stage;
--> nothing

CALL nightly('x');
--> not understood

CALL SYSTEM$WAIT(1);
--> nothing

EXECUTE TASK nightly;
--> not understood

EXECUTE IMMEDIATE 'TRUNCATE TABLE orders';
--> truncate table ORDERS [every_row]

EXECUTE IMMEDIATE $$ DROP TABLE orders $$;
--> drop table ORDERS

EXECUTE IMMEDIATE FROM @my_stage/script.sql;
--> not understood, destructive

UPDATE orders o SET total = s.total FROM staged s WHERE o.id = s.id;
--> update table ORDERS (TOTAL)
--> STAGED -> ORDERS
--> STAGED.ID => ORDERS filtered
--> STAGED.TOTAL -> ORDERS.TOTAL copied

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED THEN UPDATE SET total = s.total WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total);
--> merge table ORDERS
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.ID => ORDERS joined
--> STAGED.TOTAL -> ORDERS.TOTAL copied

SELECT id, SUM(total) AS total FROM orders GROUP BY id;
--> reads ORDERS (ID, TOTAL)
--> gives ID number(38,0), TOTAL ?

SELECT * FROM orders AT (TIMESTAMP => '2026-01-01'::timestamp);
--> reads ORDERS (ID, TOTAL, NOTE)
--> gives ID number(38,0), TOTAL number(18,2), NOTE varchar

SELECT f.value:sku::string AS sku FROM raw.events e, LATERAL FLATTEN(input => e.items) f;
--> reads RAW.EVENTS (ITEMS)
--> gives SKU varchar
