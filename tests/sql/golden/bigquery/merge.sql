-- A MERGE that names no columns: which column of the source fills which of the target.
-- session: shop.sales
-- known: orders (id int64, total numeric, note string)
-- known: staged (note string, id int64, total numeric)

MERGE orders o USING (SELECT id, total, note FROM staged) s ON o.id = s.id WHEN NOT MATCHED THEN INSERT ROW;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE orders o USING staged s ON o.id = s.id WHEN NOT MATCHED BY TARGET THEN INSERT ROW;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.total copied
--> staged.id => orders joined
--> staged.note -> orders.id copied
--> staged.total -> orders.note copied

MERGE orders o USING (SELECT id, note FROM staged) s ON o.id = s.id WHEN NOT MATCHED THEN INSERT (id, note) ROW;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied

MERGE orders o USING stranger s ON o.id = s.id WHEN NOT MATCHED THEN INSERT ROW WHEN MATCHED THEN UPDATE SET total = s.total;
--> merge table orders
--> stranger -> orders
--> stranger.id -> orders.id copied
--> stranger.id => orders joined
--> stranger.note -> orders.note copied
--> stranger.total -> orders.total copied

MERGE orders o USING (SELECT id, total, note FROM staged) s ON FALSE WHEN NOT MATCHED THEN INSERT ROW WHEN NOT MATCHED BY SOURCE THEN DELETE;
--> overwrite table orders [every_row]
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE INTO strange o USING (SELECT id, total FROM staged) s ON o.id = s.id WHEN NOT MATCHED THEN INSERT ROW;
--> merge table strange
--> staged -> strange
--> staged.id -> strange.id copied
--> staged.id => strange joined
--> staged.total -> strange.total copied

MERGE orders o USING staged s ON o.id = s.id WHEN NOT MATCHED THEN INSERT (id, total, note) VALUES (id, total, note);
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE orders o USING staged s ON o.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (id, DEFAULT, note);
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
