-- Pipe syntax as Spark has it: a lateral view may stand behind it, and assignments see the ones before them.
-- session: main.sales
-- known: orders (id bigint, customer_id bigint, total decimal(18,2), tags array<string>)
-- known: customers (id bigint, name string)

INSERT INTO customers FROM orders |> SET total = id, customer_id = total |> SELECT customer_id, total;
--> append table customers
--> orders -> customers
--> orders.id -> customers.id copied
--> orders.id -> customers.name copied

TABLE orders |> WHERE total > 0 |> AGGREGATE sum(total) AS spent GROUP BY customer_id |> ORDER BY spent DESC |> LIMIT 3;
--> reads orders (total, customer_id)
--> gives customer_id bigint, spent ?

FROM orders |> LATERAL VIEW explode(tags) AS tag |> SELECT id, tag;
--> reads orders (tags, id)
--> gives id bigint, tag string

FROM orders |> EXTEND total * 2 AS twice, twice + 1 AS more |> SELECT more;
--> reads orders (total)
--> gives more ?

FROM orders |> LEFT SEMI JOIN customers ON orders.customer_id = customers.id |> DROP tags;
--> reads orders (customer_id, id, total)
--> reads customers (id)
--> gives id bigint, customer_id bigint, total decimal(18,2)

FROM orders |> SELECT id |> UNION ALL TABLE customers |> SELECT id;
--> reads orders (id)
--> reads customers (id)
--> gives id bigint

INSERT OVERWRITE customers FROM orders |> SELECT id, 'x' AS name;
--> overwrite table customers [every_row]
--> orders -> customers
--> orders.id -> customers.id copied

MERGE INTO customers USING (FROM orders |> SELECT id, CAST(total AS string) AS name) AS s ON customers.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name;
--> merge table customers
--> orders -> customers
--> orders.id => customers joined
--> orders.total -> customers.name computed
