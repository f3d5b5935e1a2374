-- No name has a case, in backticks or not.
-- session: main.sales
-- known: orders (id bigint, note string)

SELECT ID, `Note` FROM Orders;
--> reads orders (id, note)
--> gives id bigint, note string

DROP TABLE `Orders`;
--> drop table orders

DROP TABLE MAIN.SALES.ORDERS;
--> drop table orders

DROP TABLE `main`.`sales`.`with.dot`;
--> drop table "with.dot"

DROP TABLE `back``tick`;
--> drop table back`tick

DROP TABLE IDENTIFIER('main.sales.orders');
--> drop table orders

DROP TABLE IDENTIFIER(:t);
--> not understood, destructive

SELECT id FROM IDENTIFIER('orders');
--> reads orders (id)
--> gives id bigint

USE CATALOG other;
DROP TABLE sales.orders;
--> drop table other.sales.orders
--> session other: default

USE SCHEMA marts;
DROP TABLE orders;
--> drop table marts.orders
--> session main: marts

USE marts;
DROP TABLE orders;
--> drop table marts.orders
--> session main: marts

USE other.marts;
DROP TABLE orders;
--> drop table other.marts.orders
--> session other: marts

USE DATABASE marts;
DROP TABLE orders;
--> drop table marts.orders
--> session main: marts

SET CATALOG other;
DROP TABLE sales.orders;
--> drop table orders

SELECT id FROM hive_metastore.sales.orders;
--> reads hive_metastore.sales.orders (id)
--> gives id ?

SELECT "id" FROM orders;
--> reads orders
--> gives _col_0 ?

DROP TABLE 2026_orders;
--> not understood, destructive

DROP TABLE größe;
--> drop table größe
