-- Every row of one table becomes a row of another.

ALTER TABLE a APPEND FROM b
-- b -> a
