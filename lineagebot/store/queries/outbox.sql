-- name: claim_outgoing
-- Claims the oldest unsent row of each channel that is due, or whose worker's lease is over. A channel's second row
-- never overtakes its first, and a locked row is somebody else's.
WITH head AS (
    SELECT DISTINCT ON (workspace, channel) id
    FROM outbox
    WHERE state IN ('waiting', 'sending')
    ORDER BY workspace, channel, id
), due AS (
    SELECT o.id, o.state
    FROM outbox o
    JOIN head USING (id)
    WHERE (o.state = 'waiting' AND o.available_at <= :now) OR (o.state = 'sending' AND o.lease_until <= :now)
    ORDER BY o.id
    LIMIT :limit
    FOR UPDATE OF o SKIP LOCKED
)
UPDATE outbox o
SET state = 'sending', worker = :worker, lease_until = :lease_until, attempts = o.attempts + 1,
    maybe_sent = o.maybe_sent OR due.state = 'sending'
FROM due
WHERE o.id = due.id
RETURNING o.id, o.kind, o.key, o.workspace, o.channel, o.thread, o.alert_id, o.post_id, o.notice_id,
    o.roundup_id, o.reply, o.attempts, o.maybe_sent, o.created_at
