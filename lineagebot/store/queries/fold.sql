-- name: things
-- Assets with their open incarnation, and when a complete inventory last spoke of their system.
SELECT
    a.system, a.path, a.kind, a.gone_at, s.inventory_at,
    i.id AS incarnation, i.kind AS incarnation_kind, i.created_at, i.columns, i.definition, i.native_id, i.created_by
FROM asset a
LEFT JOIN source s ON s.name = a.system
LEFT JOIN incarnation i ON i.asset = a.id AND i.gone_at IS NULL
WHERE a.id = ANY(CAST(:ids AS int[]))

-- name: edges_to_fold
-- Every edge, ended ones too, around some assets and between some pairs.
WITH wanted AS (
    SELECT e.id FROM edge e WHERE e.source = ANY(CAST(:around AS int[]))
    UNION
    SELECT e.id FROM edge e WHERE e.target = ANY(CAST(:around AS int[]))
    UNION
    SELECT e.id
    FROM (SELECT DISTINCT * FROM unnest(CAST(:sources AS int[]), CAST(:targets AS int[]))) AS p(source, target)
    JOIN edge e ON e.source = p.source AND e.target = p.target
)
SELECT
    s.system AS source_system, s.path AS source_path, t.system AS target_system, t.path AS target_path,
    e.kind, e.source_column, e.target_column, e.how, e.layer, e.said_by,
    e.binding, e.first_seen, e.last_seen, e.ended_at, e.evidence
FROM wanted
JOIN edge e USING (id)
JOIN asset s ON s.id = e.source
JOIN asset t ON t.id = e.target

-- name: assets_bound
-- What holds these assets by object, and what holds that: a CASCADE takes it along.
WITH RECURSIVE bound(id) AS (
    SELECT e.target FROM edge e
    WHERE e.source = ANY(CAST(:ids AS int[])) AND e.binding = 'by object' AND e.ended_at IS NULL
    UNION
    SELECT e.target FROM bound b
    JOIN edge e ON e.source = b.id AND e.binding = 'by object' AND e.ended_at IS NULL
)
SELECT id FROM bound

-- name: edges_listed
-- The standing edges that one system's catalog or declared file listed.
SELECT
    s.system AS source_system, s.path AS source_path, t.system AS target_system, t.path AS target_path,
    e.kind, e.source_column, e.target_column, e.how, e.layer, e.said_by,
    e.binding, e.first_seen, e.last_seen, e.ended_at, e.evidence
FROM edge e
JOIN asset s ON s.id = e.source
JOIN asset t ON t.id = e.target
WHERE e.said_by = :said_by AND e.layer <> 'query' AND e.ended_at IS NULL

-- name: update_things
-- Kind and standing of assets as the fold left them.
UPDATE asset a
SET kind = n.kind, gone_at = n.gone_at
FROM unnest(CAST(:ids AS int[]), CAST(:kinds AS text[]), CAST(:gone AS timestamptz[])) AS n(id, kind, gone_at)
WHERE a.id = n.id AND (a.kind, a.gone_at) IS DISTINCT FROM (n.kind, n.gone_at)

-- name: close_incarnations
-- What stood under these names stands no more.
UPDATE incarnation i
SET gone_at = greatest(n.gone_at, i.created_at)
FROM unnest(CAST(:ids AS bigint[]), CAST(:gone AS timestamptz[])) AS n(id, gone_at)
WHERE i.id = n.id

-- name: complete_incarnations
-- What a catalog told of incarnations that a statement had opened.
UPDATE incarnation i
SET columns = nullif(n.columns, 'null'), native_id = n.native_id, definition = n.definition
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(id bigint, columns jsonb, native_id text, definition text)
WHERE i.id = n.id
  AND (i.columns, i.native_id, i.definition)
      IS DISTINCT FROM (nullif(n.columns, 'null'), n.native_id, n.definition)

-- name: insert_incarnations
-- Takes over the staged incarnations.
INSERT INTO incarnation (asset, native_id, kind, columns, definition, created_at, gone_at, created_by)
SELECT asset, native_id, kind, columns, definition, created_at, gone_at, created_by
FROM staged_incarnation

-- name: save_edges
-- Edges as the fold left them; it held every one of these rows, so what it says replaces what is there.
INSERT INTO edge AS e (
    source, target, kind, source_column, target_column, how, layer, said_by,
    binding, first_seen, last_seen, ended_at, evidence
)
SELECT
    source, target, kind, source_column, target_column, how, layer, said_by,
    binding, first_seen, last_seen, ended_at, evidence
FROM staged_edge
ON CONFLICT (source, target, kind, source_column, target_column, how, layer, said_by) DO UPDATE
SET binding = excluded.binding, first_seen = excluded.first_seen, last_seen = excluded.last_seen,
    ended_at = excluded.ended_at, evidence = excluded.evidence

-- name: forget_edges
-- The staged keys' edges go.
DELETE FROM edge e USING staged_edge s
WHERE (e.source, e.target, e.kind, e.source_column, e.target_column, e.how, e.layer, e.said_by)
    = (s.source, s.target, s.kind, s.source_column, s.target_column, s.how, s.layer, s.said_by)

-- name: edge_numbers
-- The numbers of all edges between some pairs.
SELECT e.id, e.source, e.target, e.kind, e.source_column, e.target_column, e.how, e.layer, e.said_by
FROM (SELECT DISTINCT * FROM unnest(CAST(:sources AS int[]), CAST(:targets AS int[]))) AS p(source, target)
JOIN edge e ON e.source = p.source AND e.target = p.target

-- name: append_edge_events
-- Takes over the staged events.
INSERT INTO edge_event (edge, appeared, at, by)
SELECT edge, appeared, at, by FROM staged_edge_event ORDER BY at
