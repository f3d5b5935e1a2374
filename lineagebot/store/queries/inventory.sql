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
