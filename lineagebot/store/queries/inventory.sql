-- name: describe_assets
-- Title, address and description as their own system tells them; returns the tokens of what changed.
UPDATE asset a
SET title = n.title, url = n.url, description = n.description, lname = n.lname, suffixes = n.suffixes,
    tokens = n.tokens, known = true
FROM staged_asset n
WHERE a.id = n.id
  AND (a.title, a.url, a.description, a.tokens, a.known)
      IS DISTINCT FROM (n.title, n.url, n.description, n.tokens, true)
RETURNING a.tokens

-- name: note_scans
-- Takes over the system's own counters. Where they keep no time, a counter that grew tells of a scan since the inventory
-- before; one that fell began anew (a reset, a rebuilt table), and all that it counts came since. The last scan that is
-- known stays known where the counters forgot it.
UPDATE asset a
SET scans = n.scans,
    last_scanned = CASE WHEN n.told THEN n.last_scanned WHEN n.grew THEN CAST(:as_of AS timestamptz)
                        ELSE a.last_scanned END,
    scanned_after = CASE WHEN n.told THEN NULL WHEN n.grew THEN CAST(:before AS timestamptz)
                         ELSE a.scanned_after END
FROM (
    SELECT s.id, s.scans, s.last_scanned,
        coalesce(s.last_scanned > coalesce(o.last_scanned, '-infinity'), false) AS told,
        coalesce(s.last_scanned IS NULL AND CAST(:before AS timestamptz) < CAST(:as_of AS timestamptz)
                 AND s.scans > CASE WHEN s.scans < o.scans THEN 0 ELSE o.scans END, false) AS grew
    FROM staged_asset s
    JOIN asset o USING (id)
) AS n
WHERE a.id = n.id AND (n.told OR n.grew OR a.scans IS DISTINCT FROM n.scans)

-- name: record_people
-- People as their system tells them.
INSERT INTO person AS p (id, name, email, machine)
SELECT id, name, email, machine FROM staged_person
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, email = coalesce(excluded.email, p.email), machine = excluded.machine
WHERE (p.name, p.email, p.machine)
      IS DISTINCT FROM (excluded.name, coalesce(excluded.email, p.email), excluded.machine)

-- name: record_logins
-- Which person stands behind which login.
INSERT INTO login AS l (system, login, person)
SELECT system, login, person FROM staged_login
ON CONFLICT (system, login) DO UPDATE SET person = excluded.person
WHERE l.person <> excluded.person

-- name: insert_references
-- Takes over the staged references that are not there yet.
INSERT INTO reference (system, digest, told)
SELECT system, digest, told FROM staged_reference
ON CONFLICT (system, digest) DO NOTHING

-- name: note_verdicts
-- What became of each reference.
UPDATE reference r
SET why = n.why, missing = n.missing
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(id bigint, why text, missing text[])
WHERE r.id = n.id AND (r.why, r.missing) IS DISTINCT FROM (n.why, n.missing)

-- name: record_views
-- How often people opened an asset on a day, as its own system counts: an absolute number, so the newest word stands.
INSERT INTO use AS u (asset, "column", system, login, day, reads, by_machine)
SELECT asset, "column", system, login, day, reads, by_machine
FROM staged_use
ON CONFLICT (asset, "column", system, login, day) DO UPDATE
SET reads = excluded.reads, by_machine = excluded.by_machine
WHERE (u.reads, u.by_machine) IS DISTINCT FROM (excluded.reads, excluded.by_machine)

-- name: outermost_names
-- The databases, projects and catalogs in which something is known.
SELECT DISTINCT system, path[1] AS "outer"
FROM asset
WHERE known AND cardinality(path) > 1
ORDER BY system, path[1]
