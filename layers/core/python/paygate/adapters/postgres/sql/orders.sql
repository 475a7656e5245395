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
), reply AS (
    SELECT d.merchant_id, 201 AS status, order_json(d::orders)::text AS body FROM draft AS d
), answered AS (
    -- include take_key
)
INSERT INTO orders SELECT d.* FROM draft AS d WHERE :key::text IS NULL OR EXISTS (SELECT FROM answered)
RETURNING order_json(orders)::text AS body

-- name: get_order
SELECT order_json(orders)::text AS body FROM orders WHERE id = :order_id::text AND merchant_id = :merchant_id::text

-- name: list_orders
WITH cursor AS (
    SELECT created_at, id FROM orders WHERE merchant_id = :merchant_id::text
      AND id = :starting_after::text -- if starting_after
      AND id = :ending_before::text -- if ending_before
), page AS (
    SELECT created_at, id, order_json(orders)::text AS body FROM orders WHERE merchant_id = :merchant_id::text
      -- include after_cursor
    -- include from_cursor
    LIMIT :limit::int + 1
)
-- include page_reply

-- name: expire_orders
-- Mark orders that can no longer be paid; how many.
WITH expired AS (
    SELECT id FROM orders WHERE status = 'created' AND expires_at <= now()
    ORDER BY expires_at LIMIT :limit::int FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE orders SET status = 'expired' FROM expired WHERE orders.id = expired.id RETURNING 1
)
SELECT count(*) AS count FROM marked
