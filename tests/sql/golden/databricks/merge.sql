-- A MERGE that names no columns: which column of the source fills which of the target.
-- session: main.sales
-- known: orders (id bigint, total decimal(18,2), note string)
-- known: staged (id bigint, total decimal(18,2), note string, seen timestamp)

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.seen -> orders.seen copied
--> staged.total -> orders.total copied

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED THEN UPDATE SET * EXCEPT (note) WHEN NOT MATCHED THEN INSERT * EXCEPT (note, id);
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.seen -> orders.seen copied
--> staged.total -> orders.total copied

MERGE WITH SCHEMA EVOLUTION INTO orders o USING staged s ON o.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.seen -> orders.seen copied
--> staged.total -> orders.total copied

MERGE INTO orders o USING (SELECT id, max(total) AS total FROM staged GROUP BY id) s ON o.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED BY TARGET THEN INSERT * WHEN NOT MATCHED BY SOURCE THEN DELETE;
--> merge table orders
--> delete table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.total -> orders.total aggregated

MERGE INTO strange o USING stranger s ON o.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
--> merge table strange
--> stranger -> strange
--> stranger.id => strange joined

MERGE INTO orders o USING stranger s ON o.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
--> merge table orders
--> stranger -> orders
--> stranger.id -> orders.id copied
--> stranger.id => orders joined
--> stranger.note -> orders.note copied
--> stranger.total -> orders.total copied

MERGE INTO orders o USING stranger s ON o.id = s.id WHEN MATCHED THEN UPDATE SET * EXCEPT (note) WHEN NOT MATCHED THEN INSERT * EXCEPT (note);
--> merge table orders
--> stranger -> orders
--> stranger.id -> orders.id copied
--> stranger.id => orders joined
--> stranger.total -> orders.total copied

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED AND s.total > 1 THEN UPDATE SET *;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.seen -> orders.seen copied
--> staged.total -> orders.total copied
--> staged.total => orders filtered

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED THEN UPDATE SET o.total = s.total, note = 'x' WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total);
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.total -> orders.total copied

MERGE INTO orders o USING staged s ON o.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id) WHEN NOT MATCHED BY SOURCE THEN UPDATE SET o.note = 'gone';
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED THEN UPDATE * WHEN NOT MATCHED THEN INSERT *;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.seen -> orders.seen copied
--> staged.total -> orders.total copied
