-- A MERGE that names no columns: which column of the source fills which of the target.
-- session: SHOP.PUBLIC
-- known: orders (id number, total number, note text)
-- known: staged (note text, id number, total number)

MERGE INTO orders o USING staged s ON o.id = s.id WHEN MATCHED THEN UPDATE ALL BY NAME WHEN NOT MATCHED THEN INSERT ALL BY NAME;
--> merge table ORDERS
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.ID => ORDERS joined
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> ORDERS.TOTAL copied

MERGE INTO orders USING (SELECT * FROM staged WHERE total > 0) s ON orders.id = s.id WHEN MATCHED AND s.note = 'x' THEN DELETE WHEN MATCHED THEN UPDATE ALL BY NAME WHEN NOT MATCHED AND s.id > 1 THEN INSERT ALL BY NAME;
--> merge table ORDERS
--> delete table ORDERS
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.ID => ORDERS joined
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.NOTE => ORDERS filtered
--> STAGED.TOTAL -> ORDERS.TOTAL copied
--> STAGED.TOTAL => ORDERS filtered

MERGE INTO orders o USING staged s ON o.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.total, s.note);
--> merge table ORDERS
--> STAGED -> ORDERS
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.ID => ORDERS joined
--> STAGED.NOTE -> ORDERS.NOTE copied
--> STAGED.TOTAL -> ORDERS.TOTAL copied
