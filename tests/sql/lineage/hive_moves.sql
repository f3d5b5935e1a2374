-- In Hive an exchange moves a partition one way.

ALTER TABLE a EXCHANGE PARTITION (d = '1') WITH TABLE b
-- b -> a
