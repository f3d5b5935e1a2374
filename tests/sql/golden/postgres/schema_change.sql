-- Columns that a relation loses, narrows or only calls by another name when it is made anew.
-- known: view revenue (id integer, total numeric(18,2), note character varying(500), at timestamp without time zone) as SELECT 1
-- known: orders (id bigint, total numeric(18,2), note character varying(500))

CREATE OR REPLACE VIEW revenue AS SELECT 1::int4 AS id, 2::decimal(18,2) AS total, 'x'::varchar(500) AS note, now()::timestamp AS at;
--> replace view revenue makes id int, total decimal(18, 2), note varchar(500), at timestamp

CREATE OR REPLACE VIEW revenue AS SELECT 1::int8 AS id, 2::numeric AS total, 'x'::text AS note, now()::timestamptz AS at;
--> replace view revenue (at timestamp without time zone > timestamptz) makes id bigint, total decimal, note text, at timestamptz

CREATE OR REPLACE VIEW revenue AS SELECT 1::int2 AS id, 2::numeric(10,2) AS total, 'x'::varchar(5) AS note, now()::date AS at;
--> replace view revenue (id integer > smallint, total numeric(18,2) > decimal(10, 2), note character varying(500) > varchar(5), at timestamp without time zone > date) makes id smallint, total decimal(10, 2), note varchar(5), at date

ALTER TABLE orders ALTER id TYPE int8, ALTER note TYPE varchar(500);
--> alter table orders (id bigint > bigint)

ALTER TABLE orders ALTER id TYPE int4, ALTER note TYPE text, ALTER total TYPE numeric(18,4);
--> retype column table orders (id bigint > int4, note character varying(500) > text, total numeric(18,2) > numeric(18,4))
