-- name: open_checkout
SELECT m.allowed_origins FROM merchants AS m WHERE m.id = :merchant_id::text

-- name: get_checkout_order
SELECT checkout_order_json(o, m)::text AS body
FROM orders AS o JOIN merchants AS m ON m.id = o.merchant_id
WHERE o.id = :order_id::text AND o.merchant_id = :merchant_id::text

-- name: get_checkout_payment
SELECT
    p.id, p.order_id, p.status, checkout_payment_json(p)::text AS body, m.checkout_secret_encrypted
FROM payments AS p JOIN merchants AS m ON m.id = p.merchant_id
WHERE p.id = :payment_id::text AND p.merchant_id = :merchant_id::text

-- name: get_merchant_settings
SELECT merchant_json(m)::text AS body FROM merchants AS m WHERE m.id = :merchant_id::text

-- name: update_merchant
-- What is not given stays.
UPDATE merchants AS m SET
    name = coalesce(:name::text, m.name), allowed_origins = coalesce(:allowed_origins::text[], m.allowed_origins)
WHERE m.id = :merchant_id::text
RETURNING merchant_json(m)::text AS body

-- name: rotate_checkout_secret
-- A row without a body: the key is taken. The answer is kept with the secret as it is stored.
WITH the_merchant AS (
    SELECT * FROM merchants WHERE id = :merchant_id::text FOR NO KEY UPDATE
), reply AS (
    SELECT
        m.id AS merchant_id, 200 AS status,
        left(merchant_json(m::merchants)::text, -1) || ',"secret":' || to_json(:secret_sealed::text)::text || '}' AS body
    FROM the_merchant AS m
), answered AS (
    -- include take_key
), rotated AS (
    UPDATE merchants AS m SET checkout_secret_encrypted = decode(:secret_sealed::text, 'base64')
    FROM the_merchant AS t WHERE m.id = t.id AND (:key::text IS NULL OR EXISTS (SELECT FROM answered))
    RETURNING m.id
)
SELECT (SELECT r.body FROM reply AS r, rotated) AS body FROM the_merchant
