CREATE TABLE hive.s.t WITH (format = 'ORC', partitioned_by = ARRAY['day'], external_location = 's3://b/t') AS SELECT a, json_extract_scalar(j, '$.a.b') AS b, try_cast(c AS varchar(10)) AS c, date '2026-01-01' AS day, interval '3' day AS i, X'DEAD' AS x FROM hive.s.src WHERE ts > timestamp '2026-01-01 00:00:00'

SELECT a, t.x, ord FROM hive.s.src CROSS JOIN UNNEST(xs, ARRAY[1, 2]) WITH ORDINALITY AS t (x, y, ord) WHERE contains(ARRAY['a', 'b'], a) AND reduce(xs, 0, (s, x) -> s + x, s -> s) > 10

INSERT INTO hive.s.t (a, b) SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (a, b) UNION ALL SELECT a, 'c' FROM hive.s.u FETCH FIRST 5 ROWS ONLY

DELETE FROM hive.s.t WHERE day = '2026-01-01'; CALL system.sync_partition_metadata('s', 't', 'FULL'); EXECUTE IMMEDIATE 'SELECT a FROM hive.s.t WHERE b = ?' USING 5

SELECT * FROM TABLE(db.system.query(query => 'SELECT a FROM x')); SELECT "$path" FROM hive.s.t FOR VERSION AS OF 123; ALTER TABLE hive.s.t EXECUTE optimize(file_size_threshold => '10MB')

SELECT * FROM orders MATCH_RECOGNIZE (PARTITION BY c ORDER BY d MEASURES a.price AS p ONE ROW PER MATCH PATTERN (a b{2,3}) DEFINE b AS b.price < 5)
