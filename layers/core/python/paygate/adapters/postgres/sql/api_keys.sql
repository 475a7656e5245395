-- name: list_api_keys
-- Those that work, and of the others the latest; all by their age.
SELECT body FROM (
    SELECT k.created_at, k.id, api_key_json(k)::text AS body
    FROM api_keys AS k WHERE k.merchant_id = :merchant_id::text
    ORDER BY (k.revoked_at IS NULL OR k.revoked_at > now()) DESC, k.created_at DESC, k.id DESC LIMIT :limit::int
) AS kept
ORDER BY created_at DESC, id DESC

-- name: create_api_key
-- A row without a body: the merchant has as many as there may be. Requests of one merchant wait for each other at its
-- row, so that each counts what the others made.
WITH the_merchant AS (
    SELECT id FROM merchants WHERE id = :merchant_id::text FOR NO KEY UPDATE
), others AS (
    SELECT id AS merchant_id, active_key_count(id, NULL) AS count FROM the_merchant
), made AS (
    INSERT INTO api_keys AS k (id, merchant_id, name, secret_hash)
    SELECT :key_id::text, o.merchant_id, :name::text, :secret_hash::bytea FROM others AS o
    WHERE o.count < :keys_max::int
    RETURNING api_key_json(k)::text AS body
)
SELECT (SELECT body FROM made) AS body FROM the_merchant

-- name: rotate_api_key
-- The old key works while the overlap lasts; one that was to end earlier than that, does. No row: the merchant has no such
-- key. A row without a body: it is revoked, or there are as many as there may be. Without an overlap there are as many
-- afterwards as before.
WITH the_merchant AS (
    SELECT id FROM merchants WHERE id = :merchant_id::text FOR NO KEY UPDATE
), old AS (
    SELECT k.id, k.name, k.merchant_id, k.revoked_at IS NULL OR k.revoked_at > now() AS active
    FROM the_merchant AS m JOIN api_keys AS k ON k.merchant_id = m.id WHERE k.id = :key_id::text FOR NO KEY UPDATE OF k
), allowed AS (
    SELECT o.* FROM old AS o
    WHERE o.active AND (:overlap_seconds::int = 0 OR active_key_count(o.merchant_id, o.id) < :keys_max::int)
), made AS (
    INSERT INTO api_keys AS k (id, merchant_id, name, secret_hash)
    SELECT :new_key_id::text, a.merchant_id, a.name, :secret_hash::bytea FROM allowed AS a
    RETURNING api_key_json(k)::text AS body
), ended AS (
    UPDATE api_keys AS k SET
        revoked_at = least(
            k.revoked_at, date_trunc('milliseconds', now()) + :overlap_seconds::int * interval '1 second'
        )
    FROM allowed AS a WHERE k.id = a.id
)
SELECT (SELECT body FROM made) AS body, o.active FROM old AS o

-- name: revoke_api_key
-- At once, also one that was to end later; one that has ended keeps its time.
UPDATE api_keys AS k SET revoked_at = least(k.revoked_at, date_trunc('milliseconds', now()))
WHERE k.id = :key_id::text AND k.merchant_id = :merchant_id::text
RETURNING api_key_json(k)::text AS body
