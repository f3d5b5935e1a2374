-- Unquoted names fold to capitals, quoted ones stay; the session fills in what is missing.
-- known: orders (id int, "Note" varchar)
-- known: "Mixed Case" ("Id" int)
-- known: marts.orders (total int)

SELECT Id, "Note" FROM Orders;
--> reads ORDERS (ID, Note)
--> gives ID int, Note varchar

SELECT "id", note FROM ORDERS;
--> reads ORDERS
--> gives id ?, NOTE ?

SELECT "Id" FROM "Mixed Case";
--> reads "Mixed Case" (Id)
--> gives Id int

DROP TABLE "orders";
--> drop table orders

DROP TABLE "with.dot";
--> drop table "with.dot"

DROP TABLE "with ""quotes""";
--> drop table "with "quotes""

DROP TABLE marts.Orders;
--> drop table MARTS.ORDERS

DROP TABLE "SHOP"."marts".orders;
--> drop table marts.ORDERS

DROP TABLE shop..orders;
--> drop table ORDERS

SELECT id FROM shop..orders;
--> reads ORDERS (ID)
--> gives ID int

DROP TABLE IDENTIFIER('marts.orders');
--> drop table MARTS.ORDERS

DROP TABLE IDENTIFIER('"marts".orders');
--> drop table marts.ORDERS

SELECT total FROM IDENTIFIER('shop.marts.orders');
--> reads MARTS.ORDERS (TOTAL)
--> gives TOTAL int

DROP TABLE IDENTIFIER($t);
--> not understood, destructive

DROP TABLE IDENTIFIER(:t);
--> not understood, destructive

SELECT $1, $2 FROM orders;
--> reads ORDERS
--> gives _col_0 ?, _col_1 ?

DROP TABLE a$b;
--> drop table A$B

DROP TABLE émile;
--> drop table ÉMILE

USE SCHEMA marts;
DROP TABLE orders;
--> drop table MARTS.ORDERS
--> session SHOP: MARTS

USE DATABASE other;
DROP TABLE marts.orders;
--> drop table OTHER.MARTS.ORDERS
--> session OTHER: PUBLIC

USE other.marts;
DROP TABLE orders;
--> drop table OTHER.MARTS.ORDERS
--> session OTHER: MARTS

USE WAREHOUSE w;
--> nothing

USE ROLE r;
--> nothing

USE SECONDARY ROLES ALL;
--> nothing

ALTER SESSION SET TIMEZONE = 'UTC';
DROP TABLE orders;
--> drop table ORDERS

SELECT o.id AS "key" FROM orders AS o;
--> reads ORDERS (ID)
--> gives key int
