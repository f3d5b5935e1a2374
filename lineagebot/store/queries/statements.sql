-- name: statement_partitions
-- The tables that hold the months of statements.
SELECT c.relname
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'statement'::regclass

-- name: statements_known
-- Which of the staged statements were recorded before, and how they stood then.
SELECT s.system, s.id, s.started_at, s.outcome
FROM staged_statement n
JOIN statement s ON s.system = n.system AND s.id = n.id AND s.started_at = n.started_at
WHERE s.started_at BETWEEN :first AND :last

-- name: record_statements
-- Takes over the staged statements; one that was still open is told how it ended.
INSERT INTO statement AS s (
    system, id, started_at, ended_at, fingerprint, login, role, application, session, transaction, parent, seq,
    outcome, rows, bytes, cost, via, by_machine
)
SELECT
    system, id, started_at, ended_at, fingerprint, login, role, application, session, transaction, parent, seq,
    outcome, rows, bytes, cost, via, by_machine
FROM staged_statement
ON CONFLICT (system, id, started_at) DO UPDATE
SET outcome = excluded.outcome, ended_at = excluded.ended_at, rows = excluded.rows, bytes = excluded.bytes,
    cost = excluded.cost
WHERE s.outcome IN ('running', 'unknown') AND excluded.outcome NOT IN ('running', 'unknown')

-- name: record_texts
-- Each text once.
INSERT INTO text (fingerprint, masked, dialect, first_seen)
SELECT DISTINCT ON (fingerprint) fingerprint, masked, dialect, first_seen
FROM staged_text
ORDER BY fingerprint, first_seen
ON CONFLICT (fingerprint) DO NOTHING

-- name: count_uses
-- Adds the staged counts of a page to the days they belong to.
INSERT INTO use AS u (asset, "column", system, login, day, reads, writes, by_machine, scanning)
SELECT asset, "column", system, login, day, reads, writes, by_machine, scanning
FROM staged_use
ON CONFLICT (asset, "column", system, login, day) DO UPDATE
SET reads = u.reads + excluded.reads, writes = u.writes + excluded.writes, by_machine = excluded.by_machine,
    scanning = u.scanning + excluded.scanning

-- name: count_source_days
-- Adds to each day's count of statements read and not understood.
INSERT INTO source_day AS d (source, day, statements, not_understood)
SELECT source, day, statements, not_understood
FROM staged_source_day
ON CONFLICT (source, day) DO UPDATE
SET statements = d.statements + excluded.statements, not_understood = d.not_understood + excluded.not_understood

-- name: record_problems
-- What was not understood, once per text and problem.
INSERT INTO problem AS p (
    system, fingerprint, digest, message, line, "column", looks_destructive, touches, times, first_seen, last_seen,
    statement_id
)
SELECT
    system, fingerprint, digest, message, line, "column", looks_destructive, touches, times, first_seen, last_seen,
    statement_id
FROM staged_problem
ON CONFLICT (system, fingerprint, digest) DO UPDATE
SET times = p.times + excluded.times, last_seen = greatest(p.last_seen, excluded.last_seen),
    touches = excluded.touches, statement_id = excluded.statement_id

-- name: append_to_journal
-- Positions are given under the ingestion lock, so that they commit in order.
INSERT INTO journal (
    system, statement_id, fingerprint, started_at, statement, effects, problems, reads, taught, by_machine
)
SELECT system, statement_id, fingerprint, started_at, statement, effects, problems, reads, taught, by_machine
FROM staged_journal
ORDER BY "position"

-- name: forget_uses
-- Use counts of days that nobody asks for any more.
DELETE FROM use WHERE day < :before
