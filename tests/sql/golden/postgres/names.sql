-- Unquoted names fold to small letters, quoted ones stay; the search path says where a bare name leads.
-- known: orders (id integer, "Note" text)
-- known: "Orders" ("Id" integer)
-- known: marts.lines (n integer)

SELECT ID, "Note" FROM Orders;
--> reads orders (id, Note)
--> gives id integer, Note text

SELECT "Id" FROM "Orders";
--> reads Orders (Id)
--> gives Id integer

SELECT "ID", note FROM orders;
--> reads orders
--> gives ID ?, note ?

DROP TABLE "ORDERS";
--> drop table ORDERS

DROP TABLE "with.dot";
--> drop table "with.dot"

DROP TABLE "with ""quotes""";
--> drop table "with "quotes""

DROP TABLE U&"d\0061ta";
--> drop table data

DROP TABLE shop.public.orders;
--> drop table orders

DROP TABLE other.public.orders;
--> drop table other.public.orders

SET search_path = marts, public;
DROP TABLE lines, orders, new;
--> drop table marts.lines
--> drop table orders
--> drop table marts.new
--> session shop: marts, public

SET search_path = "$user", public;
DROP TABLE x;
--> drop table joe.x
--> session shop: joe, public

SET search_path TO DEFAULT;
DROP TABLE x;
--> drop table joe.x
--> session shop: joe, public

SET LOCAL search_path = marts;
DROP TABLE lines;
--> drop table marts.lines

RESET ALL;
DROP TABLE x;
--> drop table joe.x
--> session shop: joe, public

SELECT relname FROM pg_class;
--> reads pg_catalog.pg_class (relname)
--> gives relname ?

SELECT table_name FROM information_schema.tables;
--> reads information_schema.tables (table_name)
--> gives table_name ?

DROP TABLE größe, ÄPFEL, 表;
--> drop table größe
--> drop table Äpfel
--> drop table 表

DROP TABLE a$b;
--> drop table a$b

SELECT o."Note", "o".id FROM orders AS "o";
--> reads orders (Note, id)
--> gives Note text, id integer

DROP TABLE this_name_is_far_longer_than_sixty_three_bytes_and_is_therefore_cut_there;
--> drop table this_name_is_far_longer_than_sixty_three_bytes_and_is_therefore

SELECT count(*) FROM "public"."orders" WHERE "id" = 1;
--> reads orders (id)
--> gives count ?

BEGIN; SET search_path = sales; ROLLBACK; DROP TABLE orders;
--> drop table orders

SELECT o.added_since FROM orders o;
--> reads orders (added_since)
--> gives added_since ?
