UNLOAD ('select venueid, name from s.venue where state = ''NY''') TO 's3://bucket/venue_' IAM_ROLE 'arn:aws:iam::0:role/r' FORMAT AS PARQUET

COPY s.t (a, b) FROM 's3://bucket/key' IAM_ROLE 'arn:aws:iam::0:role/r' DELIMITER '|' REGION 'eu-west-1' MAXERROR 10

CREATE TABLE s.t (a varchar(256) ENCODE lzo, b numeric(12, 2), c timestamp) DISTKEY (a) SORTKEY (c)

ALTER TABLE s.target APPEND FROM s.staging; ALTER TABLE s.t ALTER COLUMN a TYPE varchar(500)

CREATE TABLE #tmp AS SELECT a, listagg(b, ', ') WITHIN GROUP (ORDER BY b) AS bs, json_extract_path_text(c, 'x', 'y') AS xy, dateadd(day, -7, getdate()) AS d FROM s.t WHERE b NOT IN (1, 2, 3) GROUP BY 1

INSERT INTO s.t SELECT a, nvl(b, 0), CASE WHEN c = 'x' THEN 1 END FROM #tmp; DELETE FROM s.t USING s.u WHERE t.id = u.id AND u.day = '2026-01-01'

SELECT TOP 10 a, b FROM s.t WHERE c ILIKE '%x\\_y%' ESCAPE '\\' ORDER BY 1

CREATE EXTERNAL TABLE spectrum.e (a int) PARTITIONED BY (d date) STORED AS PARQUET LOCATION 's3://b/e/'; ALTER TABLE spectrum.e ADD PARTITION (d = '2026-01-01') LOCATION 's3://b/e/d=2026-01-01/'
