-- Objects as Snowflake writes them: names inside keep their case.

CREATE TABLE d.r AS WITH q AS (SELECT OBJECT_CONSTRUCT('a', x, 'b', y) AS o FROM d.t) SELECT o:a AS one, o:c AS three FROM q
-- D.T -> D.R
-- D.T.X -> D.R.ONE computed
-- D.T.X -> D.R.THREE computed
-- D.T.Y -> D.R.THREE computed
