-- name: find_idempotent_reply
SELECT status, body, request_id, fingerprint::text AS fingerprint FROM idempotency_keys
WHERE merchant_id = :merchant_id::text AND scope = :key_scope::text AND key = :key::text AND expires_at > now()

-- fragment: take_key
-- Keeps the answer of the CTE reply (merchant_id, status, body) under its key, in the transaction of the effect that it
-- tells of. No row: there is no key, or it is taken. A key whose day is over is as good as new.
INSERT INTO idempotency_keys AS k (merchant_id, scope, key, fingerprint, request_id, status, body)
SELECT r.merchant_id, :key_scope::text, :key::text, :key_fingerprint::json, :request_id::text, r.status, r.body
FROM reply AS r WHERE :key::text IS NOT NULL
ON CONFLICT (merchant_id, scope, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, request_id = excluded.request_id, status = excluded.status,
    body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
WHERE k.expires_at <= now()
RETURNING key

-- name: store_idempotent_reply
-- The answer of a request that had no effect of its own, such as one that was refused. No row: the key is taken.
WITH reply AS (
    SELECT :merchant_id::text AS merchant_id, :status::int AS status, :body::text AS body
), answered AS (
    -- include take_key
)
SELECT key FROM answered

-- name: expire_idempotency_keys
-- Forget keys whose day is over; how many.
WITH expired AS (
    SELECT merchant_id, scope, key FROM idempotency_keys WHERE expires_at <= now()
    ORDER BY expires_at LIMIT :limit::int FOR UPDATE SKIP LOCKED
), forgotten AS (
    DELETE FROM idempotency_keys AS k USING expired AS e
    WHERE k.merchant_id = e.merchant_id AND k.scope = e.scope AND k.key = e.key
    RETURNING 1
)
SELECT count(*) AS count FROM forgotten

-- name: find_idempotency_keys
-- What is remembered of a key, in whichever of these scopes it was used, the latest first.
SELECT scope, status, request_id, iso8601(created_at) AS created_at, iso8601(expires_at) AS expires_at
FROM idempotency_keys
WHERE merchant_id = :merchant_id::text AND scope = ANY(:key_scopes::text[]) AND key = :key::text AND expires_at > now()
ORDER BY idempotency_keys.created_at DESC, scope
