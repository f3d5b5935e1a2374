-- Everything is small, in quotes too.
-- known: orders (id integer, note varchar(10))

SELECT ID, "Note" FROM "Orders";
--> reads orders (id, note)
--> gives id integer, note varchar(10)

DROP TABLE "Orders";
--> drop table orders

DROP TABLE PUBLIC.ORDERS;
--> drop table orders

DROP TABLE "with.dot";
--> drop table "with.dot"

DROP TABLE other.public.orders;
--> drop table other.public.orders

SET search_path TO marts, public;
DROP TABLE orders;
--> drop table orders
--> session shop: marts, public

SET search_path = '$user', public;
DROP TABLE x;
--> drop table joe.x
--> session shop: joe, public

SELECT userid FROM stl_query;
--> reads pg_catalog.stl_query (userid)
--> gives userid ?

SELECT usename FROM pg_user;
--> reads pg_catalog.pg_user (usename)
--> gives usename ?

USE other;
DROP TABLE public.x;
--> drop table other.public.x
--> session other: public

SELECT o."ID" FROM orders o;
--> reads orders (id)
--> gives id integer

DROP TABLE grüße;
--> drop table grüße
