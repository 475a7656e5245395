-- name: create_order
INSERT INTO orders (id, merchant_id, amount_minor, currency, receipt, notes, reusable)
VALUES (
    :order_id::text, :merchant_id::text, :amount_minor::bigint, :currency::text, :receipt::text, :notes::json,
    :reusable::boolean
)
RETURNING order_json(orders)::text AS body

-- name: get_order
SELECT order_json(orders)::text AS body FROM orders WHERE id = :order_id::text AND merchant_id = :merchant_id::text
