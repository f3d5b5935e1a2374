-- Rows that change places without a query.

SELECT swap_partitions_between_tables('s.staging', 'a', 'b', 's.target')
-- s.staging -> s.target
-- s.target -> s.staging

SELECT copy_partitions_to_table('s.a', 'x', 'y', 's.b')
-- s.a -> s.b
