-- Pipe syntax: what is in the rows after each step, and what a name still means there.
-- session: shop.sales
-- known: orders (id int64, customer_id int64, total numeric, day date)
-- known: customers (id int64, name string)

FROM orders |> WHERE total > 0 |> SELECT id, total * 2 AS twice;
--> reads orders (total, id)
--> gives id int64, twice ?

FROM orders |> EXTEND total * 2 AS twice |> DROP customer_id, day |> RENAME id AS order_id;
--> reads orders (id, total)
--> gives order_id int64, total numeric, twice ?

FROM orders |> SET total = id + 1, id = total;
--> reads orders (total, customer_id, id, day)
--> gives id numeric, customer_id int64, total ?, day date

FROM orders |> AGGREGATE SUM(total) AS spent, COUNT(*) AS n GROUP BY customer_id AS customer, day;
--> reads orders (customer_id, day, total)
--> gives customer int64, day date, spent ?, n ?

FROM orders |> AGGREGATE MAX(day) AS last DESC GROUP AND ORDER BY customer_id DESC;
--> reads orders (customer_id, day)
--> gives customer_id int64, last ?

FROM orders |> AGGREGATE COUNT(*) AS n GROUP BY ROLLUP(customer_id, day);
--> reads orders (customer_id, day)
--> gives customer_id int64, day date, n ?

FROM orders |> AGGREGATE COUNT(*) AS n GROUP BY GROUPING SETS ((customer_id), (day));
--> not understood

FROM orders AS o |> EXTEND total * 2 AS twice |> LEFT JOIN customers AS c ON o.customer_id = c.id |> SELECT o.id, c.name, twice;
--> reads orders (customer_id, id, total)
--> reads customers (id, name)
--> gives id int64, name string, twice ?

FROM orders |> AGGREGATE SUM(total) AS spent GROUP BY customer_id |> AS s |> JOIN customers AS c ON s.customer_id = c.id |> SELECT s.spent, c.name;
--> reads orders (customer_id, total)
--> reads customers (id, name)
--> gives spent numeric, name string

FROM orders |> JOIN customers USING (id) |> SET id = total |> DROP day;
--> reads orders (total, customer_id, id)
--> reads customers (name, id)
--> gives id numeric, customer_id int64, total numeric, name string

FROM orders |> ORDER BY day DESC, 1 |> LIMIT 10 OFFSET 5 |> SELECT total;
--> reads orders (day, total, id)
--> gives total numeric

FROM orders |> SELECT id, total |> UNION ALL (SELECT id, 0 FROM customers), (FROM orders |> SELECT customer_id, total) |> WHERE id > 1;
--> reads orders (id, total, customer_id)
--> reads customers (id)
--> gives id int64, total ?

FROM orders |> SELECT id |> EXCEPT DISTINCT (SELECT id FROM customers);
--> reads orders (id)
--> reads customers (id)
--> gives id int64

FROM orders |> SELECT id, day |> FULL UNION ALL BY NAME (SELECT name, id FROM customers);
--> reads orders (id, day)
--> reads customers (name, id)
--> gives id int64, day date, name string

FROM orders |> SELECT customer_id, day, total |> PIVOT (SUM(total) FOR day IN ('a', 'b'));
--> reads orders (customer_id, day, total)
--> gives customer_id int64, a ?, b ?

FROM orders |> SELECT id, total, customer_id |> UNPIVOT (v FOR k IN (total, customer_id));
--> reads orders (id, total, customer_id)
--> gives id int64, v ?, k ?

FROM orders |> WINDOW SUM(total) OVER (PARTITION BY customer_id ORDER BY day) AS running |> SELECT running;
--> reads orders (day, customer_id, total)
--> gives running numeric

FROM orders |> CALL tools.enrich(1) AS e |> SELECT e.score;
--> reads orders (id, customer_id, total, day)
--> gives score ?

FROM orders |> DISTINCT |> TABLESAMPLE SYSTEM (10 PERCENT) |> SELECT DISTINCT id;
--> reads orders (id)
--> gives id int64

FROM orders |> MATCH_RECOGNIZE (PARTITION BY id) |> SELECT id;
--> not understood

SELECT * REPLACE (c.name AS id) FROM orders JOIN customers AS c USING (id);
--> reads orders (customer_id, total, day, id)
--> reads customers (name, id)
--> gives id string, customer_id int64, total numeric, day date, name string

SELECT customer_id, total FROM orders |> WHERE total > 1 |> AGGREGATE SUM(total) AS spent GROUP BY customer_id;
--> reads orders (customer_id, total)
--> gives customer_id int64, spent ?

WITH big AS (FROM orders |> WHERE total > 100) FROM big |> SELECT id;
--> reads orders (total, id)
--> gives id int64

CREATE OR REPLACE TABLE spent AS FROM orders |> AGGREGATE SUM(total) AS spent GROUP BY customer_id;
--> replace table spent makes customer_id int64, spent numeric
--> orders -> spent
--> orders.customer_id -> spent.customer_id copied
--> orders.customer_id => spent grouped
--> orders.total -> spent.spent aggregated

INSERT INTO customers (id, name) FROM orders |> SELECT id, CAST(day AS string);
--> append table customers
--> orders -> customers
--> orders.day -> customers.name computed
--> orders.id -> customers.id copied

CREATE VIEW v AS SELECT * FROM (FROM orders |> DROP day) JOIN customers AS c USING (id);
--> create view v makes id ?, customer_id int64, total numeric, name string
--> customers -> v
--> customers.id -> v.id copied
--> customers.id => v joined
--> customers.name -> v.name copied
--> orders -> v
--> orders.customer_id -> v.customer_id copied
--> orders.id -> v.id copied
--> orders.id => v joined
--> orders.total -> v.total copied

SELECT name FROM customers WHERE id IN (FROM orders |> WHERE total > 1 |> SELECT customer_id);
--> reads customers (id, name)
--> reads orders (total, customer_id)
--> gives name string

FROM stranger AS s |> EXTEND a + b AS c |> WHERE s.d > 1 |> SELECT c, e;
--> reads stranger (d, b, a, e)
--> gives c ?, e ?

FROM stranger |> SET a = b |> DROP c;
--> reads stranger (b)
--> gives a ?

FROM stranger |> JOIN other ON stranger.id = other.id |> AGGREGATE SUM(x) AS x GROUP BY stranger.y;
--> reads stranger (id, y)
--> reads other (id)
--> gives y ?, x ?

FROM orders |> AGGREGATE SUM(total) AS t GROUP BY customer_id |> EXTEND t / 2 AS half |> INSERT INTO customers;
--> not understood
