-- Who may see what.

GRANT SELECT, INSERT ON orders TO joe WITH GRANT OPTION;
--> grant table orders for joe

GRANT SELECT (id) ON orders TO joe;
--> grant table orders for joe

GRANT ALL ON ALL TABLES IN SCHEMA marts, staging TO joe;
--> grant schema marts for joe
--> grant schema staging for joe

GRANT USAGE ON SCHEMA marts TO joe;
--> grant schema marts for joe

GRANT CONNECT ON DATABASE shop TO joe;
--> grant database shop for joe

GRANT reader TO joe;
--> nothing

GRANT EXECUTE ON FUNCTION f(int) TO joe;
--> nothing

GRANT USAGE ON FOREIGN SERVER s TO joe;
--> nothing

GRANT USAGE ON SEQUENCE s TO joe;
--> nothing

REVOKE SELECT ON orders, lines FROM joe, ann CASCADE;
--> revoke table orders for joe, ann
--> revoke table lines for joe, ann

REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA marts, staging FROM PUBLIC;
--> revoke schema marts for PUBLIC
--> revoke schema staging for PUBLIC

REVOKE GRANT OPTION FOR SELECT ON orders FROM joe;
--> nothing

REVOKE ALL ON SCHEMA marts FROM joe;
--> revoke schema marts for joe

REVOKE CONNECT ON DATABASE shop FROM joe;
--> alter database shop for joe

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA marts FROM joe;
--> nothing

REVOKE ALL ON ALL SEQUENCES IN SCHEMA marts FROM joe;
--> nothing

REVOKE INSERT, UPDATE ON orders FROM joe;
--> alter table orders for joe

REVOKE reader FROM joe;
--> nothing

SECURITY LABEL ON TABLE orders IS 'x';
--> nothing

SET ROLE joe;
--> nothing
