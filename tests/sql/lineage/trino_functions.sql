-- Functions in a FROM that are handed whole tables.

CREATE TABLE d.r AS SELECT a FROM TABLE(forecast(input => TABLE(d.t)))
-- d.t -> d.r
-- d.t.a -> d.r.a copied
