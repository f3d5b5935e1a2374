-- Flatten, pivots, patterns, rows as values, and ALL.

CREATE TABLE r AS SELECT id, value FROM t, TABLE(FLATTEN(items))
-- T -> R
-- T.ID -> R.ID copied
-- T.ITEMS -> R.VALUE computed
-- T.ITEMS => R joined

--known T: ID int, AMOUNT int, MONTH varchar
CREATE TABLE r AS SELECT * FROM t PIVOT(SUM(amount) FOR month IN ('JAN', 'FEB')) AS p (k, jan, feb)
-- T -> R
-- T.ID -> R.K copied
-- T.AMOUNT -> R.JAN aggregated
-- T.MONTH -> R.JAN aggregated
-- T.AMOUNT -> R.FEB aggregated
-- T.MONTH -> R.FEB aggregated
-- T.MONTH => R grouped

CREATE TABLE r AS SELECT * FROM t PIVOT(SUM(amount) FOR month IN ('JAN')) AS p (id, jan)
-- T -> R
-- T.AMOUNT -> R.JAN aggregated
-- T.MONTH -> R.JAN aggregated
-- T.MONTH => R grouped

CREATE TABLE r AS SELECT id, sales, month FROM t UNPIVOT INCLUDE NULLS (sales FOR month IN (jan AS 'J', feb AS 'F'))
-- T -> R
-- T.ID -> R.ID copied
-- T.JAN -> R.SALES computed
-- T.FEB -> R.SALES computed

CREATE TABLE r AS SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY c ORDER BY d MEASURES A.x AS fx ONE ROW PER MATCH PATTERN (A B+) DEFINE B AS B.y < 2)
-- T -> R
-- T.C -> R.C copied
-- T.C => R grouped
-- T.D => R ordered
-- T.Y => R filtered
-- T.X -> R.FX computed

--known T: A int, B int
CREATE TABLE r AS SELECT OBJECT_CONSTRUCT(*) AS o, COUNT(*) AS n, 1 AS k FROM t
-- T -> R
-- T.A -> R.O computed
-- T.B -> R.O computed

CREATE TABLE r AS SELECT a, SUM(b) AS s FROM t GROUP BY ALL ORDER BY ALL
-- T -> R
-- T.A -> R.A copied
-- T.B -> R.S aggregated
-- T.A => R grouped
-- T.B => R ordered

CREATE TABLE r AS SELECT b AS a FROM t WHERE a = 1
-- T -> R
-- T.B -> R.A copied
-- T.B => R filtered

--known SRC: A int
CREATE OR REPLACE STREAM st ON TABLE src
-- SRC -> ST
-- SRC.A -> ST.A copied

--known T: ID int, B int, CID int
CREATE TABLE r AS SELECT * ILIKE '%id' FROM t
-- T -> R
-- T.ID -> R.ID copied
-- T.CID -> R.CID copied
