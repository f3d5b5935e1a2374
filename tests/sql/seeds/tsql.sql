CREATE PROCEDURE dbo.p @day date = '2026-01-01' AS BEGIN SET NOCOUNT ON INSERT INTO dbo.t SELECT TOP (10) a, N'text', 0xFF FROM dbo.s WITH (NOLOCK) WHERE d = @day DELETE FROM dbo.old WHERE d < DATEADD(day, -30, GETDATE()) END

SELECT a, b INTO #tmp FROM [db].[dbo].[t] WHERE c = 5 UPDATE x SET x.a = y.b FROM dbo.x x JOIN #tmp y ON x.id = y.id EXEC sp_executesql N'DROP TABLE dbo.t', N'@a int', @a = 5; TRUNCATE TABLE dbo.u WITH (PARTITIONS (2, 4 TO 6))

EXEC('TRUNCATE TABLE dbo.t'); MERGE dbo.t AS t USING (VALUES (1, 'a'), (2, 'b')) AS s (id, v) ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v OUTPUT inserted.id INTO dbo.log (id); EXEC sp_rename 'dbo.a', 'b'
