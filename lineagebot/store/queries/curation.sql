-- name: subscriptions
-- Who hears of what, in one workspace or channel or everywhere.
SELECT s.workspace, s.channel, s.pattern, s.upstream, s.floor, s.by, s.at, a.system, a.path
FROM subscription s
LEFT JOIN asset a ON a.id = s.asset
WHERE (CAST(:workspace AS text) IS NULL OR s.workspace = :workspace)
  AND (CAST(:channel AS text) IS NULL OR s.channel = :channel)
ORDER BY s.id

-- name: owners_of
-- Who answers for some assets: what people said, or where they said nothing, what sources declare.
SELECT a.system, a.path, o.kind, o.id, o.name
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN asset a ON a.system = k.system AND a.path = k.path
JOIN owner o ON o.asset = a.id
WHERE (o.said_by = '') = EXISTS (SELECT FROM owner p WHERE p.asset = a.id AND p.said_by = '')
ORDER BY a.id, o.said_by, o.rank, o.id

-- name: tags_of
-- The tags of some assets: what people said, or where they said nothing, what sources declare.
SELECT a.system, a.path, g.tag
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN asset a ON a.system = k.system AND a.path = k.path
JOIN tag g ON g.asset = a.id
WHERE (g.said_by = '') = EXISTS (SELECT FROM tag p WHERE p.asset = a.id AND p.said_by = '')
ORDER BY a.id, g.said_by, g.rank, g.tag

-- name: said_by_people
-- All owners and tags that people set, for the export.
SELECT a.system, a.path, 'owner' AS what, o.kind, o.id, o.name, o.rank
FROM owner o JOIN asset a ON a.id = o.asset
WHERE o.said_by = ''
UNION ALL
SELECT a.system, a.path, 'tag', NULL, g.tag, NULL, g.rank
FROM tag g JOIN asset a ON a.id = g.asset
WHERE g.said_by = ''
ORDER BY system, path, what, rank
