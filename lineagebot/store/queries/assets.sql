-- name: asset_ids
-- The rows behind some keys, given as JSON [{"system": ..., "path": [...]}].
SELECT a.id, a.system, a.path
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN asset a ON a.system = k.system AND a.path = k.path

-- name: insert_assets
-- Takes over the staged assets; what has a row already stays as it is.
INSERT INTO asset (system, path, kind, title, url, description, first_seen, known, leftover, lname, suffixes, tokens)
SELECT DISTINCT ON (system, path)
    system, path, kind, title, url, description, first_seen, known, leftover, lname, suffixes, tokens
FROM staged_asset
ORDER BY system, path
ON CONFLICT (system, path) DO NOTHING

-- name: learn_words
-- Adds to the vocabulary that mistyped words are corrected against.
INSERT INTO word (word)
SELECT w FROM unnest(CAST(:words AS text[])) AS w
ON CONFLICT DO NOTHING

-- name: assets_inside
-- Assets below one path, in the order of their names; with a time, also those that went then
-- or later.
SELECT id, system, path, kind, title, url, description, gone_at, last_scanned, scanned_after
FROM asset
WHERE system = :system
  AND cardinality(path) > cardinality(CAST(:path AS text[]))
  AND path > CAST(:path AS text[])
  AND path[1:cardinality(CAST(:path AS text[]))] = CAST(:path AS text[])
  AND (gone_at IS NULL OR gone_at >= CAST(:since AS timestamptz))
  AND known
ORDER BY path
LIMIT :limit
