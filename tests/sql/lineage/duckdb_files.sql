-- Files as tables, and tables as files.

CREATE TABLE r AS SELECT a FROM read_csv('data/x.csv', header = true)
-- data/x.csv -> r
-- data/x.csv.a -> r.a copied

CREATE TABLE r AS SELECT a FROM read_parquet(['x.parquet', 'y.parquet'])
-- x.parquet -> r
-- x.parquet.a -> r.a copied
-- y.parquet -> r
-- y.parquet.a -> r.a copied

CREATE TABLE r AS SELECT a FROM 'data/*.parquet'
-- data/*.parquet -> r
-- data/*.parquet.a -> r.a copied

COPY t (a, b) TO 'out.csv'
-- t -> out.csv
-- t.a -> out.csv.a copied
-- t.b -> out.csv.b copied

COPY t FROM 'in.csv'
-- in.csv -> t
