-- Columns that a relation loses, narrows or only calls by another name when it is made anew.
-- known: orders (id NUMBER(38,0), total NUMBER(18,2), note VARCHAR(500), at TIMESTAMP_NTZ(9), flag BOOLEAN)
-- known: view revenue (id NUMBER(38,0), total NUMBER(18,2)) as SELECT id, total FROM orders

CREATE OR REPLACE TABLE orders (id int, total decimal(18,2), note varchar(500), at timestamp_ntz(9), flag boolean);
--> replace table ORDERS makes ID int, TOTAL decimal(18, 2), NOTE varchar(500), AT timestampntz(9), FLAG boolean [empty]

CREATE OR REPLACE TABLE orders (id bigint, total number(20,4), note string, at timestamp_ntz(9), flag boolean);
--> replace table ORDERS makes ID bigint, TOTAL decimal(20, 4), NOTE varchar, AT timestampntz(9), FLAG boolean [empty]

CREATE OR REPLACE TABLE orders (id number(10,0), total number(10,2), note varchar(5), at date, flag boolean);
--> replace table ORDERS (ID NUMBER(38,0) > decimal(10, 0), TOTAL NUMBER(18,2) > decimal(10, 2), NOTE VARCHAR(500) > varchar(5), AT TIMESTAMP_NTZ(9) > date) makes ID decimal(10, 0), TOTAL decimal(10, 2), NOTE varchar(5), AT date, FLAG boolean [empty]

CREATE OR REPLACE TABLE orders AS SELECT id, total, note, at FROM orders;
--> replace table ORDERS (FLAG) makes ID NUMBER(38,0), TOTAL NUMBER(18,2), NOTE VARCHAR(500), AT TIMESTAMP_NTZ(9)
--> reads ORDERS (ID, TOTAL, NOTE, AT)

CREATE OR REPLACE TABLE orders AS SELECT id, total::float AS total, note, at, flag FROM orders;
--> replace table ORDERS (TOTAL NUMBER(18,2) > double) makes ID NUMBER(38,0), TOTAL double, NOTE VARCHAR(500), AT TIMESTAMP_NTZ(9), FLAG BOOLEAN
--> reads ORDERS (ID, TOTAL, NOTE, AT, FLAG)

CREATE OR REPLACE TABLE orders AS SELECT * EXCLUDE (note) FROM orders;
--> replace table ORDERS (NOTE) makes ID NUMBER(38,0), TOTAL NUMBER(18,2), AT TIMESTAMP_NTZ(9), FLAG BOOLEAN
--> reads ORDERS (ID, TOTAL, AT, FLAG)

CREATE OR REPLACE TABLE orders AS SELECT * RENAME (note AS remark) FROM orders;
--> replace table ORDERS (NOTE) makes ID NUMBER(38,0), TOTAL NUMBER(18,2), REMARK VARCHAR(500), AT TIMESTAMP_NTZ(9), FLAG BOOLEAN
--> reads ORDERS (ID, TOTAL, NOTE, AT, FLAG)

CREATE OR REPLACE TABLE orders AS SELECT * FROM somewhere_unknown;
--> replace table ORDERS
--> SOMEWHERE_UNKNOWN -> ORDERS

CREATE OR REPLACE VIEW revenue AS SELECT id, total, note FROM orders;
--> replace view REVENUE makes ID NUMBER(38,0), TOTAL NUMBER(18,2), NOTE VARCHAR(500)
--> ORDERS -> REVENUE
--> ORDERS.ID -> REVENUE.ID copied
--> ORDERS.NOTE -> REVENUE.NOTE copied
--> ORDERS.TOTAL -> REVENUE.TOTAL copied

CREATE OR REPLACE VIEW revenue AS SELECT id, total::number(10,2) AS total FROM orders;
--> replace view REVENUE (TOTAL NUMBER(18,2) > decimal(10, 2)) makes ID NUMBER(38,0), TOTAL decimal(10, 2)
--> ORDERS -> REVENUE
--> ORDERS.ID -> REVENUE.ID copied
--> ORDERS.TOTAL -> REVENUE.TOTAL computed

ALTER TABLE orders ALTER COLUMN id SET DATA TYPE number(38,0);
--> alter table ORDERS (ID NUMBER(38,0) > NUMBER(38,0))

ALTER TABLE orders ALTER COLUMN note SET DATA TYPE string;
--> retype column table ORDERS (NOTE VARCHAR(500) > string)
