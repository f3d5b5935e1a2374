-- Who may see what.
-- known: orders (id number(38,0), note varchar)

GRANT SELECT ON TABLE orders TO ROLE r;
--> grant table ORDERS for r

GRANT SELECT ON ALL TABLES IN SCHEMA marts TO ROLE r;
--> grant schema MARTS for r

GRANT SELECT ON FUTURE TABLES IN SCHEMA shop.marts TO ROLE r;
--> grant schema MARTS for r

GRANT SELECT ON ALL VIEWS IN DATABASE shop TO SHARE partners;
--> grant database SHOP for partners

GRANT USAGE ON SCHEMA marts TO ROLE r;
--> grant schema MARTS for r

GRANT USAGE ON DATABASE shop TO SHARE partners;
--> grant database SHOP for partners

GRANT OWNERSHIP ON TABLE orders TO ROLE r COPY CURRENT GRANTS;
--> grant table ORDERS for r

GRANT OWNERSHIP ON ALL TABLES IN SCHEMA marts TO ROLE r REVOKE CURRENT GRANTS;
--> grant schema MARTS for r

GRANT ROLE r TO USER joe;
--> nothing

GRANT DATABASE ROLE shop.r TO SHARE partners;
--> nothing

GRANT USAGE ON WAREHOUSE w TO ROLE r;
--> nothing

GRANT IMPORTED PRIVILEGES ON DATABASE snowflake TO ROLE r;
--> grant database SNOWFLAKE for r

GRANT CREATE TABLE ON SCHEMA marts TO ROLE r;
--> grant schema MARTS for r

GRANT APPLY MASKING POLICY ON ACCOUNT TO ROLE r;
--> nothing

GRANT EXECUTE TASK ON ACCOUNT TO ROLE r;
--> nothing

REVOKE SELECT ON TABLE orders FROM ROLE r;
--> revoke table ORDERS for r

REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA marts FROM ROLE r;
--> revoke schema MARTS for r

REVOKE SELECT ON VIEW revenue FROM SHARE partners;
--> revoke view REVENUE for partners

REVOKE SELECT ON DYNAMIC TABLE hourly FROM ROLE r;
--> revoke table HOURLY for r

REVOKE USAGE ON DATABASE shop FROM ROLE r CASCADE;
--> revoke database SHOP for r

REVOKE GRANT OPTION FOR SELECT ON TABLE orders FROM ROLE r;
--> nothing

REVOKE ROLE r FROM USER joe;
--> nothing

REVOKE USAGE ON FUNCTION f(number) FROM ROLE r;
--> nothing
