-- Tables keep their case, columns have none; a path in one pair of backticks is several names.
-- session: proj.sales
-- known: Orders (Id INT64, Note STRING)

SELECT ID, note FROM Orders;
--> reads Orders (id, note)
--> gives id INT64, note STRING

SELECT id FROM orders;
--> reads orders (id)
--> gives id ?

SELECT `Id` FROM `proj.sales.Orders`;
--> reads Orders (id)
--> gives id INT64

SELECT id FROM `proj`.`sales`.`Orders`;
--> reads Orders (id)
--> gives id INT64

SELECT id FROM proj.sales.Orders;
--> reads Orders (id)
--> gives id INT64

SELECT id FROM `proj.sales`.Orders;
--> reads Orders (id)
--> gives id INT64

SELECT id FROM my-proj.sales.Orders;
--> reads my-proj.sales.Orders (id)
--> gives id ?

DROP TABLE `my-proj.sales.Orders`;
--> drop table my-proj.sales.Orders

DROP TABLE Orders;
--> drop table Orders

TRUNCATE TABLE `domain.com:proj.sales.Orders`;
--> truncate table domain.com:proj.sales.Orders [every_row]

SELECT id FROM sales.orders_20260101;
--> reads orders_20260101 (id)
--> gives id ?

SELECT table_name FROM sales.INFORMATION_SCHEMA.TABLES;
--> reads "INFORMATION_SCHEMA.TABLES" (table_name)
--> gives table_name ?

SELECT id FROM @t;
--> gives id ?
--> not understood

SELECT o.note FROM Orders AS O JOIN sales.Other AS x ON o.id = x.id;
--> reads Orders (id, note)
--> reads Other (id)
--> gives note STRING

DROP TABLE `sales`.`ünïcode`;
--> drop table ünïcode

DROP TABLE sales.`with space`;
--> drop table "with space"
