-- What takes rows or whole relations away.
-- session: main.sales
-- known: orders (id bigint, total decimal(18,2), note string, day date)

DROP TABLE orders;
--> drop table orders

DROP TABLE IF EXISTS main.sales.orders PURGE;
--> drop table orders [if_exists] [for_good]

DROP VIEW revenue;
--> drop view revenue

DROP MATERIALIZED VIEW daily;
--> drop materialized view daily

DROP STREAMING TABLE live;
--> drop table live

DROP SCHEMA sales CASCADE;
--> drop schema sales [cascade]

DROP DATABASE IF EXISTS sales RESTRICT;
--> drop schema sales [if_exists]

DROP CATALOG main CASCADE;
--> drop database main [cascade]

DROP VOLUME main.sales.files;
--> nothing

DROP EXTERNAL LOCATION l FORCE;
--> nothing

DROP STORAGE CREDENTIAL c;
--> nothing

DROP CONNECTION c;
--> nothing

DROP SHARE s;
--> not understood

DROP RECIPIENT r;
--> nothing

DROP FUNCTION f;
--> not understood

DROP TEMPORARY FUNCTION f;
--> not understood

DROP TEMPORARY VARIABLE v;
--> nothing

DROP BLOOMFILTER INDEX ON TABLE orders FOR COLUMNS(id);
--> nothing

TRUNCATE TABLE orders;
--> truncate table orders [every_row]

TRUNCATE TABLE orders PARTITION (day = '2026-01-01');
--> truncate table orders partition ( day = '2026-01-01' )

DELETE FROM orders;
--> delete table orders [every_row]

DELETE FROM orders WHERE true;
--> delete table orders [every_row]

DELETE FROM orders WHERE day < '2026-01-01';
--> delete table orders

DELETE FROM delta.`/mnt/orders` WHERE true;
--> delete table /mnt/orders [every_row]

UPDATE orders SET total = 0;
--> update table orders (total) [every_row]

UPDATE orders SET total = 0 WHERE id = 1;
--> update table orders (total)

MERGE INTO orders t USING staged s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE THEN DELETE;
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE WITH SCHEMA EVOLUTION INTO orders t USING staged s ON t.id = s.id WHEN MATCHED AND s.gone THEN DELETE WHEN NOT MATCHED THEN INSERT *;
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.gone => orders filtered
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT OVERWRITE orders SELECT id, total, note, day FROM staged;
--> overwrite table orders [every_row]
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT OVERWRITE TABLE orders PARTITION (day = '2026-01-01') SELECT id, total, note FROM staged;
--> overwrite table orders partition PARTITION(day = '2026-01-01')
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT OVERWRITE TABLE orders PARTITION (day) SELECT id, total, note, day FROM staged;
--> overwrite table orders partition PARTITION(day)
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT OVERWRITE TABLE orders PARTITION (day) IF NOT EXISTS SELECT id, total, note, day FROM staged;
--> overwrite table orders partition PARTITION(day)
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

insert overwrite table orders by name select * from orders__dbt_tmp;
--> overwrite table orders [every_row]
--> orders__dbt_tmp -> orders

INSERT OVERWRITE orders (id, total) VALUES (1, 2);
--> overwrite table orders [every_row]

INSERT INTO orders REPLACE WHERE day >= '2026-01-01' SELECT id, total, note, day FROM staged;
--> overwrite table orders partition day >= '2026-01-01'
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders BY NAME REPLACE WHERE day = '2026-01-01' TABLE staged;
--> overwrite table orders partition day = '2026-01-01'
--> staged -> orders

INSERT INTO TABLE orders AS t REPLACE ON (t.id <=> s.id) (SELECT id, total, note, day FROM staged) AS s;
--> overwrite table orders partition (t.id IS NOT DISTINCT FROM s.id)
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT INTO orders REPLACE USING (id) SELECT id, total, note, day FROM staged;
--> overwrite table orders partition id
--> staged -> orders
--> staged.day -> orders.day copied
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

INSERT OVERWRITE DIRECTORY '/mnt/out' USING parquet SELECT id FROM orders;
--> export file /mnt/out
--> orders -> /mnt/out
--> orders.id -> /mnt/out.id copied

VACUUM orders;
--> nothing

VACUUM orders RETAIN 0 HOURS;
--> forget table orders

VACUUM orders RETAIN 168 HOURS DRY RUN;
--> nothing

VACUUM orders RETAIN 0 HOURS DRY RUN;
--> nothing

VACUUM delta.`/mnt/orders` FULL RETAIN 0.5 HOURS;
--> nothing

VACUUM orders LITE;
--> nothing

REORG TABLE orders APPLY (PURGE);
--> nothing

FSCK REPAIR TABLE orders;
--> nothing

FSCK REPAIR TABLE orders DRY RUN;
--> nothing

RESTORE TABLE orders TO VERSION AS OF 3;
--> restore table orders

RESTORE orders TO TIMESTAMP AS OF '2026-01-01';
--> restore table orders

UNDROP TABLE orders;
--> undrop table orders

UNDROP MATERIALIZED VIEW daily;
--> undrop materialized view daily

UNDROP TABLE WITH ID '6ca7be55';
--> not understood

REFRESH STREAMING TABLE live FULL;
--> overwrite table live [every_row]

REFRESH MATERIALIZED VIEW daily FULL;
--> refresh materialized view daily

REFRESH MATERIALIZED VIEW daily;
--> refresh materialized view daily

REFRESH TABLE orders;
--> nothing

OPTIMIZE orders ZORDER BY (id);
--> nothing

CLEAR CACHE;
--> nothing

REMOVE 'dbfs:/x';
--> not understood
