-- name: standing_assets
-- Every asset that is or was, and whether it stands.
SELECT system, array_to_string(path, '.'), kind, gone_at IS NULL FROM asset WHERE known

-- name: standing_edges
-- The edges that stand, whoever says so.
SELECT s.system, array_to_string(s.path, '.'), d.system, array_to_string(d.path, '.'),
       e.kind, e.source_column, e.target_column, e.how, e.layer, e.binding
FROM edge e JOIN asset s ON s.id = e.source JOIN asset d ON d.id = e.target
WHERE e.ended_at IS NULL

-- name: standing_uses
-- Who used what, how often, a day.
SELECT u.system, u.login, array_to_string(a.path, '.'), u."column", u.day::text, u.reads, u.writes, u.by_machine
FROM "use" u JOIN asset a ON a.id = u.asset

-- name: standing_statements
-- Every statement once, with what became of it.
SELECT system, id, fingerprint, outcome, coalesce(login, ''), by_machine FROM statement

-- name: standing_effects
-- What each statement did.
SELECT j.system, j.statement_id, e.value ->> 'action', e.value -> 'target' ->> 'path', coalesce(e.value ->> 'renamed_to', '')
FROM journal j CROSS JOIN LATERAL jsonb_array_elements(j.effects) e
