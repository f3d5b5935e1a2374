INSERT INTO t (a, b) VALUES (1, "two"), (3, 'fo\'ur') ON DUPLICATE KEY UPDATE b = VALUES(b); REPLACE INTO t SET a = 5; UPDATE a JOIN b ON a.id = b.id SET a.x = b.y WHERE b.z = 'q' LIMIT 5; RENAME TABLE a TO b, c TO d # done

LOAD DATA LOCAL INFILE '/tmp/x.csv' INTO TABLE t FIELDS TERMINATED BY ',' IGNORE 1 LINES (a, b); DELETE a FROM a JOIN b ON a.id = b.id WHERE b.x > 10; SELECT `a`, IF(b > 0, 'y', 'n') FROM `d`.`t` WHERE c REGEXP '^x' LIMIT 5, 10
