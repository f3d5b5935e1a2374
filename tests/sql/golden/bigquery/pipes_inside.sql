-- Pipe syntax inside other statements, and other statements inside of it.
-- session: shop.sales
-- known: orders (id int64, customer_id int64, total numeric, items array<struct<sku string, price numeric>>)
-- known: customers (id int64, name string)

FROM orders |> CROSS JOIN UNNEST(items) AS i |> SELECT id, i.sku;
--> reads orders (items, id)
--> gives id int64, sku string

FROM orders AS o, o.items AS i |> AGGREGATE SUM(i.price) AS p GROUP BY i.sku;
--> reads orders (items)
--> gives sku string, p ?

FROM orders AS a |> JOIN orders AS b USING (id) |> SELECT a.total, b.customer_id, id;
--> reads orders (total, customer_id, id)
--> gives total numeric, customer_id int64, id int64

FROM orders |> SELECT AS STRUCT id, total;
--> reads orders (id, total)
--> gives id int64, total numeric

FROM orders |> SELECT * EXCEPT (items) |> AGGREGATE COUNT(*) AS n, ANY_VALUE(total);
--> reads orders (total)
--> gives n ?, _col_1 ?

CREATE VIEW v AS (FROM orders |> SELECT id, total);
--> create view v makes id int64, total numeric
--> orders -> v
--> orders.id -> v.id copied
--> orders.total -> v.total copied

EXPORT DATA OPTIONS (uri = 'gs://b/x*.csv', format = 'CSV') AS FROM orders |> SELECT id;
--> export file "gs://b/x*.csv"
--> orders -> "gs://b/x*.csv"
--> orders.id -> "gs://b/x*.csv".id copied

INSERT INTO customers (FROM orders |> SELECT id, CAST(total AS STRING));
--> append table customers
--> orders -> customers
--> orders.id -> customers.id copied
--> orders.total -> customers.name computed

SELECT id FROM customers c WHERE EXISTS (FROM stranger s |> WHERE s.id = c.id);
--> reads customers (id)
--> reads stranger (id)
--> gives id int64

SELECT * FROM UNNEST(ARRAY(FROM orders |> SELECT id)) AS x;
--> reads orders (id)
--> gives x ?

CREATE TABLE t2 AS WITH a AS (SELECT id FROM customers), b AS (FROM orders |> JOIN a USING (id) |> SELECT id, total) FROM b |> WHERE total > 1;
--> create table t2 makes id int64, total numeric
--> customers -> t2
--> customers.id -> t2.id copied
--> customers.id => t2 joined
--> orders -> t2
--> orders.id -> t2.id copied
--> orders.id => t2 joined
--> orders.total -> t2.total copied
--> orders.total => t2 filtered

(SELECT id FROM customers) |> EXTEND id + 1 AS next;
--> reads customers (id)
--> gives id int64, next ?

FROM orders |> EXTEND ROW_NUMBER() OVER w AS rn WINDOW w AS (PARTITION BY customer_id ORDER BY total) |> WHERE rn = 1 |> DROP rn, items;
--> reads orders (id, customer_id, total)
--> gives id int64, customer_id int64, total numeric

DELETE FROM customers WHERE id IN (FROM orders |> SELECT customer_id);
--> delete table customers
--> orders -> customers
--> orders.customer_id => customers filtered

UPDATE customers SET name = 'x' WHERE id = (FROM orders |> AGGREGATE MAX(customer_id));
--> update table customers (name)
--> orders -> customers
--> orders.customer_id => customers filtered

FROM orders |> WHERE total > 1 |> SELECT id, total |> JOIN (FROM customers |> SELECT id, name) AS c USING (id);
--> reads orders (total, id)
--> reads customers (id, name)
--> gives id ?, total numeric, name string

FROM orders |> LEFT JOIN customers ON orders.customer_id = customers.id |> DROP items |> AS j |> SELECT j.name;
--> reads orders (customer_id)
--> reads customers (id, name)
--> gives name string

FROM orders |> UNION ALL (FROM customers |> SELECT id, id, 1, NULL) |> AGGREGATE SUM(total) AS t GROUP BY id;
--> reads orders (id, total)
--> reads customers (id)
--> gives id int64, t ?

INSERT INTO customers (id, name) (FROM orders |> SELECT id, CAST(total AS STRING));
--> append table customers
--> orders -> customers
--> orders.id -> customers.id copied
--> orders.total -> customers.name computed

MERGE customers c USING (FROM orders |> SELECT id, CAST(total AS STRING) AS name) s ON c.id = s.id WHEN NOT MATCHED THEN INSERT ROW;
--> merge table customers
--> orders -> customers
--> orders.id -> customers.id copied
--> orders.id => customers joined
--> orders.total -> customers.name computed
