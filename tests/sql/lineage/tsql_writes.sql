-- T-SQL's own ways to write.

UPDATE x SET x.name += s.name FROM dbo.t AS x JOIN dbo.s AS s ON x.id = s.id
-- dbo.s -> dbo.t
-- dbo.s.name -> dbo.t.name computed
-- dbo.s.id => dbo.t joined

UPDATE t SET a = s.b FROM dbo.t INNER JOIN dbo.s ON t.id = s.id
-- dbo.s -> dbo.t
-- dbo.s.b -> dbo.t.a copied
-- dbo.s.id => dbo.t joined

DELETE FROM x FROM dbo.t AS x JOIN dbo.s ON x.id = s.id
-- dbo.s -> dbo.t
-- dbo.s.id => dbo.t joined

BULK INSERT dbo.t FROM 'https://x/y.csv' WITH (FIELDTERMINATOR = ',')
-- https://x/y.csv -> dbo.t

INSERT INTO dbo.t (a) SELECT a FROM OPENROWSET(BULK 'https://x/y.parquet', FORMAT = 'PARQUET') AS r
-- https://x/y.parquet -> dbo.t
-- https://x/y.parquet.a -> dbo.t.a copied

INSERT INTO dbo.r (x) OUTPUT inserted.x, inserted.x INTO dbo.log (y, z) SELECT a FROM dbo.t
-- dbo.r -> dbo.log
-- dbo.r.x -> dbo.log.y copied
-- dbo.r.x -> dbo.log.z copied
-- dbo.t -> dbo.r
-- dbo.t.a -> dbo.r.x copied

SELECT 'y' = d, z = e INTO dbo.r FROM dbo.t
-- dbo.t -> dbo.r
-- dbo.t.d -> dbo.r.y copied
-- dbo.t.e -> dbo.r.z copied

INSERT INTO dbo.t WITH (TABLOCK) (a) SELECT s.b FROM dbo.s AS s WITH (NOLOCK)
-- dbo.s -> dbo.t
-- dbo.s.b -> dbo.t.a copied

INSERT dbo.t WITH (TABLOCKX, HOLDLOCK) SELECT s.a FROM dbo.s AS s
-- dbo.s -> dbo.t
-- dbo.s.a -> dbo.t.a copied
