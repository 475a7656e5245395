-- name: find_api_key
-- The merchant behind a key, and the hash that its secret must have; no row for an unknown or revoked key. A key may be
-- revoked as of a later time, so that an old and a new one overlap: `seconds_left` says how long it works yet.
SELECT merchant_id, secret_hash, extract(epoch FROM revoked_at - now())::float8 AS seconds_left
FROM api_keys WHERE id = :key_id::text AND (revoked_at IS NULL OR revoked_at > now())
