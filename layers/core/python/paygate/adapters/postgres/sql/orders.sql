-- name: create_order
INSERT INTO orders (id, merchant_id, amount_minor, currency, receipt, notes, reusable)
VALUES (
    :order_id::text, :merchant_id::text, :amount_minor::bigint, :currency::text, :receipt::text, :notes::json,
    :reusable::boolean
)
RETURNING order_json(orders)::text AS body

-- name: get_order
SELECT order_json(orders)::text AS body FROM orders WHERE id = :order_id::text AND merchant_id = :merchant_id::text

-- name: list_orders
-- From the newest, or from just after the cursor; one row more than the page holds tells whether there is more.
WITH cursor AS (
    SELECT created_at, id FROM orders WHERE id = :cursor_id::text AND merchant_id = :merchant_id::text
), page AS (
    SELECT o.* FROM orders AS o
    WHERE o.merchant_id = :merchant_id::text AND (o.created_at, o.id) < (
        CASE WHEN :cursor_id::text IS NULL THEN 'infinity'::timestamptz ELSE (SELECT created_at FROM cursor) END,
        coalesce((SELECT id FROM cursor), '')
    )
    ORDER BY o.created_at DESC, o.id DESC LIMIT :limit::int + 1
)
SELECT
    :cursor_id::text IS NULL OR EXISTS (SELECT FROM cursor) AS cursor_known,
    ARRAY(
        SELECT order_json(p::orders)::text FROM page AS p ORDER BY p.created_at DESC, p.id DESC
    ) AS bodies

-- name: list_orders_backwards
-- From just before the cursor towards the newest.
WITH cursor AS (
    SELECT created_at, id FROM orders WHERE id = :cursor_id::text AND merchant_id = :merchant_id::text
), page AS (
    SELECT o.* FROM orders AS o
    WHERE o.merchant_id = :merchant_id::text AND (o.created_at, o.id) > (
        CASE WHEN :cursor_id::text IS NULL THEN '-infinity'::timestamptz ELSE (SELECT created_at FROM cursor) END,
        coalesce((SELECT id FROM cursor), '')
    )
    ORDER BY o.created_at ASC, o.id ASC LIMIT :limit::int + 1
)
SELECT
    :cursor_id::text IS NULL OR EXISTS (SELECT FROM cursor) AS cursor_known,
    ARRAY(
        SELECT order_json(p::orders)::text FROM page AS p ORDER BY p.created_at ASC, p.id ASC
    ) AS bodies
