-- name: create_order
-- No row: the idempotency key is taken. The key's row holds the answer, so the order is drafted first.
WITH draft AS (
    SELECT d.* FROM json_populate_record(NULL::orders, json_build_object(
        'id', :order_id::text,
        'merchant_id', :merchant_id::text,
        'amount_minor', :amount_minor::bigint,
        'currency', :currency::text,
        'receipt', :receipt::text,
        'notes', :notes::json,
        'status', 'created',
        'reusable', :reusable::boolean,
        'capture', :capture::text,
        'expires_at', date_trunc('milliseconds', :expires_at::timestamptz),
        'created_at', date_trunc('milliseconds', now())
    )) AS d
), answered AS (
    INSERT INTO idempotency_keys AS k (merchant_id, scope, key, fingerprint, request_id, status, body)
    SELECT
        d.merchant_id, :key_scope::text, :key::text, :key_fingerprint::json, :request_id::text, 201,
        order_json(d::orders)::text
    FROM draft AS d WHERE :key::text IS NOT NULL
    ON CONFLICT (merchant_id, scope, key) DO UPDATE SET
        fingerprint = excluded.fingerprint, request_id = excluded.request_id, status = excluded.status,
        body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE k.expires_at <= now()
    RETURNING key
)
INSERT INTO orders SELECT d.* FROM draft AS d WHERE :key::text IS NULL OR EXISTS (SELECT FROM answered)
RETURNING order_json(orders)::text AS body

-- name: get_order
SELECT order_json(orders)::text AS body FROM orders WHERE id = :order_id::text AND merchant_id = :merchant_id::text

-- name: list_orders
-- The newest, or those just after or just before the cursor; one row more than the page holds tells whether there is more.
WITH cursor AS (
    SELECT created_at, id FROM orders WHERE merchant_id = :merchant_id::text
      AND id = :starting_after::text -- if starting_after
      AND id = :ending_before::text -- if ending_before
), page AS (
    SELECT o.* FROM orders AS o WHERE o.merchant_id = :merchant_id::text
      AND (o.created_at, o.id) < (SELECT created_at, id FROM cursor) -- if starting_after
      AND (o.created_at, o.id) > (SELECT created_at, id FROM cursor) -- if ending_before
    ORDER BY o.created_at DESC, o.id DESC -- unless ending_before
    ORDER BY o.created_at ASC, o.id ASC -- if ending_before
    LIMIT :limit::int + 1
), shown AS (
    SELECT * FROM page
    ORDER BY created_at DESC, id DESC -- unless ending_before
    ORDER BY created_at ASC, id ASC -- if ending_before
    LIMIT :limit::int
)
SELECT
    EXISTS (SELECT FROM cursor) AS cursor_known,
    list_json(
        string_agg(order_json(s::orders)::text, ',' ORDER BY s.created_at DESC, s.id DESC),
        (SELECT count(*) FROM page) > :limit::int
    ) AS body
FROM shown AS s

-- name: expire_orders
-- Mark orders that can no longer be paid; how many.
WITH expired AS (
    SELECT id FROM orders WHERE status = 'created' AND expires_at <= now()
    ORDER BY expires_at LIMIT :limit::int FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE orders SET status = 'expired' FROM expired WHERE orders.id = expired.id RETURNING 1
)
SELECT count(*) AS count FROM marked
