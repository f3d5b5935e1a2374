-- Stages and files, read and written.

COPY INTO @exports/daily FROM (SELECT a FROM t WHERE x = 1)
-- T -> @exports/daily
-- T.A -> @exports/daily.A copied
-- T.X => @exports/daily filtered

COPY INTO 's3://bucket/unload/' FROM t
-- T -> s3://bucket/unload/

COPY INTO t FROM @db.sch.stage/path/ FILE_FORMAT = (TYPE = 'PARQUET')
-- @db.sch.stage/path/ -> T

COPY INTO t (a, b) FROM (SELECT $1, $2:x::int FROM @stage/path s)
-- @stage/path -> T

CREATE TABLE r AS SELECT a FROM '@stage/path'
-- @stage/path -> R
-- @stage/path.A -> R.A copied
