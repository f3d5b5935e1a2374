-- name: agreement
-- For each asset that one system says is fed: what it names, and what the query log has shown to feed it. Names that
-- pipelines leave behind are no feeders of anybody's.
WITH told AS (
    SELECT e.target, array_agg(DISTINCT e.source) AS feeders
    FROM edge e
    JOIN asset a ON a.id = e.target
    WHERE e.said_by = :said_by AND e.layer = :layer AND e.ended_at IS NULL
      AND e.source_column = '' AND e.target_column = '' AND a.system <> :said_by
    GROUP BY e.target
), shown AS (
    SELECT e.target, array_agg(DISTINCT e.source) AS feeders
    FROM told
    JOIN edge e ON e.target = told.target
    JOIN asset s ON s.id = e.source
    WHERE e.layer = 'query' AND e.ended_at IS NULL AND e.source_column = '' AND e.target_column = ''
      AND e.source <> e.target AND NOT s.leftover
    GROUP BY e.target
)
SELECT
    a.system, a.path, shown.target IS NOT NULL AS shown,
    ARRAY(SELECT array_to_string(f.path, '.') FROM unnest(told.feeders) AS u(id) JOIN asset f USING (id)
          WHERE f.id <> ALL(coalesce(shown.feeders, '{}')) ORDER BY 1) AS only_told,
    ARRAY(SELECT array_to_string(f.path, '.') FROM unnest(shown.feeders) AS u(id) JOIN asset f USING (id)
          WHERE f.id <> ALL(told.feeders) ORDER BY 1) AS only_shown
FROM told
LEFT JOIN shown ON shown.target = told.target
JOIN asset a ON a.id = told.target
ORDER BY a.system, a.path

-- name: named_elsewhere
-- What one system names in others, whether it stands there, and whether that system was ever listed whole.
WITH named AS (
    SELECT source AS id FROM edge WHERE said_by = :said_by AND layer = :layer AND ended_at IS NULL
    UNION
    SELECT target FROM edge WHERE said_by = :said_by AND layer = :layer AND ended_at IS NULL
)
SELECT
    a.system, array_to_string(a.path, '.') AS name, s.inventory_at IS NOT NULL AS listed,
    EXISTS (SELECT FROM incarnation i WHERE i.asset = a.id AND i.gone_at IS NULL) AS stands
FROM named
JOIN asset a ON a.id = named.id
LEFT JOIN source s ON s.name = a.system
WHERE a.system <> :said_by
ORDER BY a.system, a.path
