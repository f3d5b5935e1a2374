-- name: feeders_told
-- What one system names as feeding what, whole by whole.
SELECT DISTINCT target, source FROM edge
WHERE said_by = :said_by AND layer = :layer AND ended_at IS NULL AND source_column = '' AND target_column = ''

-- name: feeders_shown
-- What the query log has shown to feed some assets.
SELECT DISTINCT target, source FROM edge
WHERE target = ANY(CAST(:targets AS int[])) AND layer = 'query' AND ended_at IS NULL
  AND source_column = '' AND target_column = '' AND source <> target

-- name: names_by_number
-- The assets of some numbers, in the order of their names.
SELECT id, system, path, leftover FROM asset WHERE id = ANY(CAST(:ids AS int[])) ORDER BY system, path

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
