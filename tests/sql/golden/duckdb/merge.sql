-- A MERGE that names no columns: which column of the source fills which of the target.
-- session: shop.main
-- known: orders (id int, total int, note text)
-- known: staged (note text, id int, total int)

MERGE INTO orders USING staged ON orders.id = staged.id WHEN MATCHED THEN UPDATE WHEN NOT MATCHED THEN INSERT;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id -> orders.total copied
--> staged.id => orders joined
--> staged.note -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.note copied
--> staged.total -> orders.total copied

MERGE INTO orders USING staged ON orders.id = staged.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id => orders joined
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE INTO orders USING staged USING (id) WHEN MATCHED THEN UPDATE BY NAME WHEN NOT MATCHED THEN INSERT BY NAME;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.total copied

MERGE INTO orders USING staged USING (id) WHEN MATCHED THEN UPDATE WHEN NOT MATCHED THEN INSERT BY POSITION;
--> merge table orders
--> staged -> orders
--> staged.id -> orders.id copied
--> staged.id -> orders.total copied
--> staged.note -> orders.id copied
--> staged.note -> orders.note copied
--> staged.total -> orders.note copied
--> staged.total -> orders.total copied
