-- name: search_exact
-- Assets whose name, title or last parts of the path are exactly what was typed (folded). Here alone a pipeline's
-- leftover is found after it is gone: who spells it out means it.
SELECT x.system, x.path, x.kind, x.title, x.url, x.description, x.gone_at, x.last_scanned,
    x.scanned_after
FROM (
    SELECT a.*
    FROM asset a
    WHERE a.suffixes && CAST(:typed AS text[])
      AND a.known
      AND (CAST(:kinds AS text[]) IS NULL OR a.kind = ANY(CAST(:kinds AS text[])))
    LIMIT 300
) AS x
LEFT JOIN LATERAL (
    SELECT sum(u.reads) AS reads FROM use u
    WHERE u.asset = x.id AND u."column" = '' AND u.day > current_date - 30
) AS u ON true
ORDER BY x.leftover, x.gone_at IS NOT NULL, u.reads DESC NULLS LAST, x.path, x.system
LIMIT :limit

-- name: search_prefix
-- Assets whose own name begins so, inside a schema or folder where one was typed.
SELECT x.system, x.path, x.kind, x.title, x.url, x.description, x.gone_at, x.last_scanned,
    x.scanned_after
FROM (
    SELECT a.*
    FROM asset a
    WHERE a.lname ~>=~ :low AND a.lname ~<~ :high
      AND (CAST(:within AS text) IS NULL OR EXISTS (
          SELECT FROM unnest(a.suffixes) AS s
          WHERE s = CAST(:within AS text) || '.' || a.lname
      ))
      AND a.known
      AND NOT (a.leftover AND a.gone_at IS NOT NULL)
      AND (CAST(:kinds AS text[]) IS NULL OR a.kind = ANY(CAST(:kinds AS text[])))
    LIMIT 300
) AS x
LEFT JOIN LATERAL (
    SELECT sum(u.reads) AS reads FROM use u
    WHERE u.asset = x.id AND u."column" = '' AND u.day > current_date - 30
) AS u ON true
ORDER BY x.leftover, x.gone_at IS NOT NULL, u.reads DESC NULLS LAST, length(x.lname), x.path, x.system
LIMIT :limit

-- name: search_tokens
-- Assets that hold all these words somewhere in their path or title.
SELECT x.system, x.path, x.kind, x.title, x.url, x.description, x.gone_at, x.last_scanned,
    x.scanned_after
FROM (
    SELECT a.*
    FROM asset a
    WHERE a.tokens @> CAST(:tokens AS text[])
      AND a.known
      AND NOT (a.leftover AND a.gone_at IS NOT NULL)
      AND (CAST(:kinds AS text[]) IS NULL OR a.kind = ANY(CAST(:kinds AS text[])))
    LIMIT 2000
) AS x
LEFT JOIN LATERAL (
    SELECT sum(u.reads) AS reads FROM use u
    WHERE u.asset = x.id AND u."column" = '' AND u.day > current_date - 30
) AS u ON true
ORDER BY x.leftover, x.gone_at IS NOT NULL, cardinality(x.tokens), u.reads DESC NULLS LAST, x.path, x.system
LIMIT :limit

-- name: search_some_tokens
-- Assets that hold some of these words, those with the most of them first: for "did you mean".
SELECT x.system, x.path, x.kind, x.title, x.url, x.description, x.gone_at, x.last_scanned,
    x.scanned_after
FROM (
    SELECT a.*, (SELECT count(*) FROM unnest(a.tokens) AS w WHERE w = ANY(CAST(:tokens AS text[]))) AS shared
    FROM asset a
    WHERE a.tokens && CAST(:tokens AS text[])
      AND a.known
      AND NOT (a.leftover AND a.gone_at IS NOT NULL)
      AND (CAST(:kinds AS text[]) IS NULL OR a.kind = ANY(CAST(:kinds AS text[])))
    LIMIT 2000
) AS x
ORDER BY x.shared DESC, x.leftover, x.gone_at IS NOT NULL, cardinality(x.tokens), x.path, x.system
LIMIT :limit

-- name: words_near
-- Words of the vocabulary that may be meant by a typed one: of about its length, or beginning with it.
SELECT w.word
FROM word w
WHERE length(w.word) BETWEEN :shortest AND :longest
   OR (w.word ~>=~ :token AND w.word ~<~ :high)
