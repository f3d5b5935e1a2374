-- Columns that a relation loses, narrows or only calls by another name when it is made anew.
-- known: view revenue (id integer, total numeric(18,2), note character varying(256)) as SELECT 1

CREATE OR REPLACE VIEW revenue AS SELECT o.id::int4 AS id, o.total::decimal(18,2) AS total, o.note::text AS note FROM orders o;
--> replace view revenue makes id integer, total decimal(18, 2), note varchar(max)
--> orders -> revenue
--> orders.id -> revenue.id computed
--> orders.note -> revenue.note computed
--> orders.total -> revenue.total computed

CREATE OR REPLACE VIEW revenue AS SELECT o.id::bigint AS id, o.total::decimal(10,2) AS total FROM orders o;
--> replace view revenue (note, total numeric(18,2) > decimal(10, 2)) makes id bigint, total decimal(10, 2)
--> orders -> revenue
--> orders.id -> revenue.id computed
--> orders.total -> revenue.total computed

CREATE OR REPLACE VIEW revenue AS SELECT o.id::smallint AS id, o.total::numeric(18,2) AS total, o.note::varchar(5) AS note FROM orders o;
--> replace view revenue (id integer > smallint, note character varying(256) > varchar(5)) makes id smallint, total decimal(18, 2), note varchar(5)
--> orders -> revenue
--> orders.id -> revenue.id computed
--> orders.note -> revenue.note computed
--> orders.total -> revenue.total computed
