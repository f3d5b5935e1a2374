-- Who may see what.

GRANT SELECT ON orders TO joe;
--> grant table orders for joe

GRANT SELECT ON ALL TABLES IN SCHEMA marts TO ROLE r;
--> grant schema marts for r

GRANT USAGE ON SCHEMA marts TO GROUP g;
--> grant schema marts for g

GRANT USAGE ON DATABASE other TO joe;
--> grant database other for joe

GRANT USAGE ON DATASHARE partners TO NAMESPACE 'x';
--> nothing

GRANT ASSUMEROLE ON 'arn:aws:iam::1:role/r' TO joe FOR COPY;
--> nothing

GRANT SELECT (id, total) ON orders TO joe;
--> grant table orders for joe

GRANT ROLE r TO joe;
--> nothing

REVOKE SELECT ON orders FROM joe;
--> revoke table orders for joe

REVOKE SELECT (id) ON orders FROM joe;
--> revoke table orders for joe

REVOKE ALL ON ALL TABLES IN SCHEMA marts FROM GROUP g;
--> revoke schema marts for g

REVOKE SELECT FOR TABLES IN SCHEMA marts DATABASE shop FROM ROLE r;
--> revoke schema marts for r

REVOKE USAGE ON DATASHARE partners FROM NAMESPACE 'x';
--> nothing

REVOKE ROLE r FROM joe;
--> nothing

ALTER DEFAULT PRIVILEGES IN SCHEMA marts REVOKE SELECT ON TABLES FROM joe;
--> nothing
