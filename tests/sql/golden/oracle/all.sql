-- session: shop.app
-- known: orders (id number, total number(18,2), note varchar2(500))

DROP TABLE orders CASCADE CONSTRAINTS PURGE;
--> drop table ORDERS [cascade] [for_good]

DROP VIEW v;
--> drop view V

DROP MATERIALIZED VIEW mv PRESERVE TABLE;
--> drop materialized view MV

DROP MATERIALIZED VIEW LOG ON orders;
--> nothing

DROP USER app CASCADE;
--> drop schema APP [cascade]

DROP TABLESPACE t INCLUDING CONTENTS AND DATAFILES;
--> nothing

DROP SYNONYM s;
--> drop other S

PURGE TABLE orders;
--> forget table ORDERS

PURGE RECYCLEBIN;
--> nothing

FLASHBACK TABLE orders TO BEFORE DROP;
--> undrop table ORDERS

FLASHBACK TABLE orders TO BEFORE DROP RENAME TO orders_again;
--> undrop table ORDERS_AGAIN

FLASHBACK TABLE orders TO TIMESTAMP SYSTIMESTAMP - INTERVAL '1' HOUR;
--> restore table ORDERS

TRUNCATE TABLE orders DROP STORAGE;
--> truncate table ORDERS [every_row]

DELETE FROM orders;
--> delete table ORDERS [every_row]

DELETE orders WHERE 1 = 1;
--> delete table ORDERS [every_row]

UPDATE orders SET total = 0;
--> update table ORDERS (TOTAL) [every_row]

MERGE INTO orders o USING staged s ON (o.id = s.id) WHEN MATCHED THEN UPDATE SET o.total = s.total DELETE WHERE s.gone = 1 WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);
--> merge table ORDERS
--> delete table ORDERS
--> STAGED -> ORDERS
--> STAGED.GONE => ORDERS filtered
--> STAGED.ID -> ORDERS.ID copied
--> STAGED.ID => ORDERS joined
--> STAGED.TOTAL -> ORDERS.TOTAL copied

ALTER TABLE orders DROP COLUMN note;
--> drop column table ORDERS (NOTE)

ALTER TABLE orders DROP (note, total);
--> drop column table ORDERS (NOTE, TOTAL)

ALTER TABLE orders SET UNUSED COLUMN note;
--> drop column table ORDERS (NOTE)

ALTER TABLE orders ADD (city varchar2(10), zip number);
--> add column table ORDERS (CITY ? > varchar2(10), ZIP ? > number)

ALTER TABLE orders MODIFY (note varchar2(5), total number(10,2));
--> retype column table ORDERS (NOTE varchar2(500) > varchar2(5), TOTAL number(18,2) > number(10,2))

ALTER TABLE orders MODIFY note varchar2(50);
--> retype column table ORDERS (NOTE varchar2(500) > varchar2(50))

ALTER TABLE orders RENAME COLUMN note TO remark;
--> rename column table ORDERS (NOTE > REMARK)

ALTER TABLE orders RENAME TO orders_old;
--> rename table ORDERS to ORDERS_OLD

ALTER TABLE orders DROP PARTITION p0;
--> drop partition table ORDERS partition p0

ALTER TABLE orders TRUNCATE PARTITION p0;
--> drop partition table ORDERS partition p0

ALTER TABLE orders EXCHANGE PARTITION p0 WITH TABLE staged;
--> overwrite table ORDERS partition p0
--> overwrite table STAGED [every_row]
--> ORDERS -> STAGED
--> STAGED -> ORDERS

ALTER TABLE orders MOVE PARTITION p0 TABLESPACE t;
--> alter table ORDERS

ALTER TABLE orders MOVE TABLESPACE t;
--> alter table ORDERS

ALTER TABLE orders DROP CONSTRAINT c;
--> alter table ORDERS

ALTER TABLE orders ENABLE ROW MOVEMENT;
--> alter table ORDERS

ALTER TABLE orders READ ONLY;
--> alter table ORDERS

ALTER SESSION SET CURRENT_SCHEMA = other;
DROP TABLE orders;
--> drop table OTHER.ORDERS
--> session SHOP: OTHER

RENAME orders TO orders_old;
--> rename table ORDERS to ORDERS_OLD

CREATE GLOBAL TEMPORARY TABLE t (x number) ON COMMIT DELETE ROWS;
--> create table pg_temp.T makes X number [temporary]

CREATE OR REPLACE FORCE VIEW v AS SELECT id FROM orders;
--> replace view V makes ID number
--> ORDERS -> V
--> ORDERS.ID -> V.ID copied

CREATE OR REPLACE SYNONYM s FOR other.orders;
--> replace other S
--> OTHER.ORDERS -> S

CREATE MATERIALIZED VIEW mv REFRESH FAST ON DEMAND AS SELECT id FROM orders;
--> create materialized view MV makes ID number
--> ORDERS -> MV
--> ORDERS.ID -> MV.ID copied

INSERT ALL INTO a VALUES (id) INTO b VALUES (total) SELECT id, total FROM orders;
--> append table A
--> append table B
--> ORDERS -> A
--> ORDERS -> B
--> ORDERS.ID -> A.ID copied
--> ORDERS.TOTAL -> B.TOTAL copied

GRANT SELECT ON orders TO joe;
--> grant table ORDERS for joe

REVOKE SELECT ON orders FROM joe;
--> revoke table ORDERS for joe

COMMENT ON TABLE orders IS 'x';
--> nothing

LOCK TABLE orders IN EXCLUSIVE MODE;
--> nothing

EXPLAIN PLAN FOR DELETE FROM orders;
--> nothing

ANALYZE TABLE orders COMPUTE STATISTICS;
--> nothing

-- known: shop.routes (id number, leg shop.leg_t)
DROP TYPE shop.leg_t FORCE;
--> drop column table SHOP.ROUTES (LEG) [cascade]

DROP TYPE shop.leg_t;
--> nothing

DROP TYPE shop.leg_t VALIDATE;
--> nothing

-- A work table that a called procedure empties and fills.
CREATE OR REPLACE PROCEDURE p IS BEGIN EXECUTE IMMEDIATE 'truncate table work_t'; INSERT INTO work_t (id) SELECT id FROM orders; END;
/
BEGIN p; END;
--> truncate table WORK_T [every_row]
--> append table WORK_T
--> ORDERS -> WORK_T
--> ORDERS.ID -> WORK_T.ID copied
