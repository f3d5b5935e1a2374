-- name: assets_of
-- The known ones among some keys.
SELECT a.system, a.path, a.kind, a.title, a.url, a.description, a.gone_at, a.last_scanned, a.scanned_after
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN asset a ON a.system = k.system AND a.path = k.path
WHERE a.known

-- name: columns_of
-- The columns of what stands, or stood last, under some names; names whose columns nobody told are left out.
SELECT a.system, a.path, i.columns
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN asset a ON a.system = k.system AND a.path = k.path
CROSS JOIN LATERAL (
    SELECT n.columns FROM incarnation n WHERE n.asset = a.id ORDER BY n.created_at DESC, n.id DESC LIMIT 1
) AS i
WHERE i.columns IS NOT NULL

-- name: relations_of
-- Live relations whose path ends in the given parts, with what is known of their columns and text.
SELECT DISTINCT ON (a.id) a.system, a.path, a.kind, i.columns, i.definition
FROM jsonb_to_recordset(CAST(:names AS jsonb)) AS k(system text, parts text[], suffix text)
JOIN asset a ON a.suffixes @> ARRAY[k.suffix]
LEFT JOIN incarnation i ON i.asset = a.id AND i.gone_at IS NULL
WHERE a.system = k.system
  AND a.gone_at IS NULL
  AND a.known
  AND a.kind IN ('table', 'view', 'materialized view', 'foreign table')
  AND a.path[cardinality(a.path) - cardinality(k.parts) + 1:] = k.parts
ORDER BY a.id

-- name: relations_with_types
-- Live relations of a system with a column whose type holds one of some names: for the seldom DROP TYPE, which goes
-- through all that stands.
SELECT a.system, a.path, a.kind, i.columns, i.definition
FROM incarnation i
JOIN asset a ON a.id = i.asset
WHERE i.gone_at IS NULL
  AND a.system = :system
  AND a.gone_at IS NULL
  AND a.known
  AND a.kind IN ('table', 'view', 'materialized view', 'foreign table')
  AND EXISTS (
      SELECT FROM jsonb_array_elements(i.columns) AS c
      CROSS JOIN unnest(CAST(:types AS text[])) AS wanted(name)
      WHERE strpos(lower(c ->> 1), wanted.name) > 0
  )
ORDER BY a.id

-- name: edges_downstream
-- Standing edges that leave some assets; between whole assets only, or columns too; with a time, also those that
-- ended then or later. What a pipeline made for a moment and is gone by now feeds nobody.
SELECT s.system AS source_system, s.path AS source_path, t.system AS target_system, t.path AS target_path,
    e.kind, e.source_column, e.target_column, e.how, e.layer, e.binding, e.first_seen, e.last_seen, e.ended_at, e.evidence
FROM edge e
JOIN asset s ON s.id = e.source
JOIN asset t ON t.id = e.target
WHERE e.source = ANY(CAST(:ids AS int[]))
  AND (e.ended_at IS NULL OR e.ended_at >= CAST(:since AS timestamptz))
  AND NOT (t.leftover AND t.gone_at IS NOT NULL)
  AND (:columns OR (e.source_column = '' AND e.target_column = ''))
ORDER BY e.id
LIMIT :limit

-- name: edges_upstream
-- Standing edges that lead into some assets; between whole assets only, or columns too; with a time, also those that
-- ended then or later. What a pipeline made for a moment and is gone by now feeds nobody.
SELECT s.system AS source_system, s.path AS source_path, t.system AS target_system, t.path AS target_path,
    e.kind, e.source_column, e.target_column, e.how, e.layer, e.binding, e.first_seen, e.last_seen, e.ended_at, e.evidence
FROM edge e
JOIN asset s ON s.id = e.source
JOIN asset t ON t.id = e.target
WHERE e.target = ANY(CAST(:ids AS int[]))
  AND (e.ended_at IS NULL OR e.ended_at >= CAST(:since AS timestamptz))
  AND NOT (s.leftover AND s.gone_at IS NOT NULL)
  AND (:columns OR (e.source_column = '' AND e.target_column = ''))
ORDER BY e.id
LIMIT :limit

-- name: closure_downstream
-- All that some assets feed, nearest first. Postgres walks only as far as the LIMIT asks, as long as the LIMIT sits right
-- on the scan of the walk and the walk's rows are ids alone: a depth or a path in them would defeat the UNION.
WITH RECURSIVE walk(id) AS (
    SELECT unnest(CAST(:start AS int[]))
    UNION
    SELECT e.target
    FROM walk
    JOIN edge e ON e.source = walk.id
    WHERE e.ended_at IS NULL AND e.source_column = '' AND e.target_column = ''
), reached AS MATERIALIZED (
    SELECT id FROM walk LIMIT :most
), placed AS MATERIALIZED (
    SELECT id, row_number() OVER () AS place FROM reached
)
SELECT a.system, a.path, placed.place, a.leftover AND a.gone_at IS NOT NULL AS passing
FROM placed
JOIN asset a USING (id)
ORDER BY placed.place

-- name: closure_upstream
-- All that feeds some assets, nearest first; the rules of closure_downstream hold.
WITH RECURSIVE walk(id) AS (
    SELECT unnest(CAST(:start AS int[]))
    UNION
    SELECT e.source
    FROM walk
    JOIN edge e ON e.target = walk.id
    WHERE e.ended_at IS NULL AND e.source_column = '' AND e.target_column = ''
), reached AS MATERIALIZED (
    SELECT id FROM walk LIMIT :most
), placed AS MATERIALIZED (
    SELECT id, row_number() OVER () AS place FROM reached
)
SELECT a.system, a.path, placed.place, a.leftover AND a.gone_at IS NOT NULL AS passing
FROM placed
JOIN asset a USING (id)
ORDER BY placed.place

-- name: events_of
-- When edges of an asset appeared and ended, latest first.
SELECT s.system AS source_system, s.path AS source_path, t.system AS target_system, t.path AS target_path,
    e.kind, e.source_column, e.target_column, e.how, e.layer, e.binding, e.first_seen, e.last_seen, e.ended_at, e.evidence,
    v.appeared, v.at, v.by
FROM edge_event v
JOIN edge e ON e.id = v.edge
JOIN asset s ON s.id = e.source
JOIN asset t ON t.id = e.target
WHERE e.id IN (
    SELECT id FROM edge WHERE source = ANY(CAST(:ids AS int[]))
    UNION
    SELECT id FROM edge WHERE target = ANY(CAST(:ids AS int[]))
)
ORDER BY v.at DESC, v.id DESC
LIMIT :limit

-- name: uses_of
-- Daily reads and writes of some assets and their columns.
SELECT a.system, a.path, u."column", u.login, u.day, u.reads, u.writes, u.by_machine,
    u.scanning
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN asset a ON a.system = k.system AND a.path = k.path
JOIN use u ON u.asset = a.id
WHERE u.day >= :since
ORDER BY u.day DESC, a.path, u.login, u."column"

-- name: people_of
-- Who stands behind some logins, with all their logins.
SELECT l.system, l.login, p.id, p.name, p.email, p.machine,
    (SELECT jsonb_agg(jsonb_build_array(m.system, m.login) ORDER BY m.system, m.login)
     FROM login m WHERE m.person = p.id) AS logins
FROM jsonb_to_recordset(CAST(:logins AS jsonb)) AS k(system text, login text)
JOIN login l ON l.system = k.system AND l.login = k.login
JOIN person p ON p.id = l.person

-- name: freshness
-- How far each source was read, how much of it was not understood, and what it reads elsewhere and was not found.
SELECT s.name AS system, s.kind, s.watermark, s.inventory_at, s.trouble, s.log_from,
    coalesce(d.statements, 0) AS statements, coalesce(d.not_understood, 0) AS not_understood,
    coalesce(r."references", 0) AS "references", coalesce(r.unmatched, 0) AS unmatched
FROM source s
LEFT JOIN (
    SELECT source, sum(statements)::bigint AS statements, sum(not_understood)::bigint AS not_understood
    FROM source_day
    GROUP BY source
) AS d ON d.source = s.name
LEFT JOIN (
    SELECT system, count(*) AS "references", count(*) FILTER (WHERE why <> '') AS unmatched
    FROM reference
    GROUP BY system
) AS r ON r.system = s.name
ORDER BY s.name

-- name: not_understood_here
-- Statements not understood that may touch some assets; a text with several problems counts once for each run.
SELECT coalesce(sum(p.times), 0)::bigint
FROM (
    SELECT max(times) AS times
    FROM problem
    WHERE touches && CAST(:touched AS text[])
    GROUP BY system, fingerprint
) AS p

-- name: unmatched_of
-- What some assets look for in other systems in vain.
SELECT k.system, k.path, array_agg(DISTINCT m.name ORDER BY m.name) AS missing
FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(system text, path text[])
JOIN reference r ON r.system = k.system AND r.why <> '' AND r.told -> 'reader' -> 'path' = to_jsonb(k.path)
CROSS JOIN LATERAL unnest(r.missing) AS m(name)
GROUP BY k.system, k.path

-- name: unmatched_here
-- Reads of other systems that were matched with nothing, and name a table called as one of these is.
SELECT count(*)
FROM reference r
WHERE r.why <> ''
  AND EXISTS (
      SELECT FROM unnest(r.missing) AS m(name)
      WHERE lower(substring(m.name FROM '[^.]*$')) = ANY(CAST(:names AS text[]))
  )

-- name: now
-- The server's clock.
SELECT now()
