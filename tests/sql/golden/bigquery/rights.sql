-- Who may see what.
-- session: proj.sales

GRANT `roles/bigquery.dataViewer` ON TABLE sales.orders TO "user:joe@x.example", "group:all@x.example";
--> grant table orders for user:joe@x.example, group:all@x.example

GRANT `roles/bigquery.dataViewer`, `roles/bigquery.metadataViewer` ON SCHEMA sales TO "user:joe@x.example";
--> grant schema sales for user:joe@x.example

REVOKE `roles/bigquery.dataViewer` ON TABLE sales.orders FROM "user:joe@x.example";
--> revoke table orders for user:joe@x.example

REVOKE `roles/bigquery.admin` ON SCHEMA proj.sales FROM "allUsers";
--> revoke schema sales for allUsers

REVOKE `roles/bigquery.dataViewer` ON VIEW sales.v FROM "user:joe@x.example";
--> revoke view v for user:joe@x.example

REVOKE `roles/bigquery.dataViewer` ON EXTERNAL TABLE sales.ext FROM "user:joe@x.example";
--> revoke table ext for user:joe@x.example
