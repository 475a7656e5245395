-- Checkout: where it may be embedded, what its results are signed with, UPI by QR code
-- depends: 0004_webhook_runs

-- migrate: apply

ALTER TABLE merchants
    -- origins whose pages may embed the checkout, such as https://shop.example; a port may be *
    ADD COLUMN allowed_origins text[] NOT NULL DEFAULT '{}' CHECK (cardinality(allowed_origins) <= 20),
    -- signs what the shopper's browser is told of a payment; AES-GCM under a key that Postgres never sees
    ADD COLUMN checkout_secret_encrypted bytea;

-- A shopper who scans a code pays from an app whose address nobody types.
ALTER TABLE payments
    DROP CONSTRAINT payments_check,
    ADD CONSTRAINT payments_vpa_check CHECK (vpa IS NULL OR method = 'upi');

CREATE FUNCTION merchant_json(m merchants) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT m.id, m.name, m.email, m.allowed_origins, iso8601(m.created_at) AS created_at
    ) AS wire
);

-- What a shopper may know of an order.
CREATE FUNCTION checkout_order_json(o orders, m merchants) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            o.id, o.amount_minor AS amount, o.currency, order_status(o) AS status,
            (SELECT row_to_json(payee) FROM (SELECT m.name) AS payee) AS merchant
    ) AS wire
);

-- What a shopper may know of a payment.
CREATE FUNCTION checkout_payment_json(p payments) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT json_strip_nulls(row_to_json(wire)) FROM (
        SELECT p.id, p.order_id, p.amount_minor AS amount, p.currency, p.method, p.status, p.failure_reason
    ) AS wire
);

-- migrate: rollback

DROP FUNCTION checkout_payment_json;
DROP FUNCTION checkout_order_json;
DROP FUNCTION merchant_json;
-- Nobody knows which app paid.
UPDATE payments SET vpa = 'unknown@unknown' WHERE method = 'upi' AND vpa IS NULL;
ALTER TABLE payments
    DROP CONSTRAINT payments_vpa_check,
    ADD CONSTRAINT payments_check CHECK ((method = 'upi') = (vpa IS NOT NULL));
ALTER TABLE merchants
    DROP COLUMN checkout_secret_encrypted,
    DROP COLUMN allowed_origins;
