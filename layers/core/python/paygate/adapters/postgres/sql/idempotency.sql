-- name: find_idempotent_reply
SELECT status, body, request_id, fingerprint::text AS fingerprint FROM idempotency_keys
WHERE merchant_id = :merchant_id::text AND scope = :key_scope::text AND key = :key::text AND expires_at > now()

-- name: store_idempotent_reply
-- The answer of a request that had no effect of its own, such as one that was refused. No row: the key is taken.
INSERT INTO idempotency_keys AS k (merchant_id, scope, key, fingerprint, request_id, status, body)
VALUES (
    :merchant_id::text, :key_scope::text, :key::text, :key_fingerprint::json, :request_id::text, :status::int,
    :body::text
)
ON CONFLICT (merchant_id, scope, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, request_id = excluded.request_id, status = excluded.status,
    body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
WHERE k.expires_at <= now()
RETURNING key

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
