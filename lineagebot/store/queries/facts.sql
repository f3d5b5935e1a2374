-- name: replace_facts
-- Takes over the staged facts; only rows that differ are written.
INSERT INTO fact AS f (asset, said_by, told, at)
SELECT asset, said_by, told, at FROM staged_fact
ON CONFLICT (asset, said_by) DO UPDATE SET told = excluded.told, at = excluded.at
WHERE f.told IS DISTINCT FROM excluded.told

-- name: facts_of
-- What systems tell of some assets.
SELECT a.system, a.path, f.said_by, f.told
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN asset a ON a.system = k.system AND a.path = k.path
JOIN fact f ON f.asset = a.id
ORDER BY a.id, f.said_by

-- name: tell_who_ran
-- The staged statements that the log has shown: what ran them is told, or said more exactly.
UPDATE statement s
SET via = w.via
FROM staged_awaited w
WHERE s.system = w.system AND s.id = w.id
  AND (s.via IS NULL OR (s.via <> w.via AND split_part(s.via, ' ', 1) = split_part(w.via, ' ', 1)))

-- name: await_statements
-- The staged statements that no log has shown yet.
INSERT INTO awaited AS a (system, id, via, at)
SELECT w.system, w.id, w.via, w.at
FROM staged_awaited w
WHERE NOT EXISTS (SELECT FROM statement s WHERE s.system = w.system AND s.id = w.id)
ON CONFLICT (system, id) DO UPDATE SET via = excluded.via, at = excluded.at
