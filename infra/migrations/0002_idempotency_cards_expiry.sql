-- Idempotency keys, cards, manual capture, order expiry, voids of payments that lost their order
-- depends: 0001_first_payments

-- migrate: apply

ALTER TABLE orders
    -- manual: a payment is authorized first and captured, or cancelled, by the merchant
    ADD COLUMN capture text NOT NULL DEFAULT 'automatic' CHECK (capture IN ('automatic', 'manual')),
    ADD COLUMN expires_at timestamptz,
    DROP CONSTRAINT orders_status_check,
    -- created -> paid | authorized | expired; authorized -> paid | created (the authorization is cancelled);
    -- expired -> paid | authorized (by a payment that began in time); a reusable order is never paid or authorized
    ADD CONSTRAINT orders_status_check CHECK (status IN ('created', 'authorized', 'paid', 'expired')),
    ADD CONSTRAINT orders_reusable_stays_open CHECK (NOT (reusable AND status IN ('authorized', 'paid')));
CREATE INDEX orders_expiring ON orders (expires_at) WHERE status = 'created' AND expires_at IS NOT NULL;

ALTER TABLE payments
    ADD COLUMN card_network text
        CHECK (card_network IN ('visa', 'mastercard', 'rupay', 'amex', 'diners', 'discover', 'unionpay')),
    ADD COLUMN card_last4 text CHECK (card_last4 ~ '^[0-9]{4}$'),
    ADD COLUMN card_expiry_month int CHECK (card_expiry_month BETWEEN 1 AND 12),
    ADD COLUMN card_expiry_year int,
    -- HMAC of the number under a key that Postgres never sees: the same card, without saying which
    ADD COLUMN card_fingerprint bytea CHECK (octet_length(card_fingerprint) = 32),
    -- the order's, when the payment began
    ADD COLUMN capture text NOT NULL DEFAULT 'automatic' CHECK (capture IN ('automatic', 'manual')),
    -- the acquirer holds money for a payment that has failed here: pending until it is given back
    ADD COLUMN void_status text CHECK (void_status IN ('pending', 'done')),
    -- how often the acquirer has been asked without a word
    ADD COLUMN unanswered int NOT NULL DEFAULT 0,
    DROP CONSTRAINT payments_method_check,
    ADD CONSTRAINT payments_method_check CHECK (method IN ('upi', 'card')),
    ADD CONSTRAINT payments_card_check CHECK (
        (method = 'card') = (card_last4 IS NOT NULL)
        AND num_nulls(card_network, card_last4, card_expiry_month, card_expiry_year, card_fingerprint) IN (0, 5)
    ),
    ADD CONSTRAINT payments_void_check CHECK (void_status IS NULL OR status = 'failed'),
    DROP CONSTRAINT payments_status_check,
    ADD CONSTRAINT payments_status_check CHECK (
        status IN ('pending', 'processing', 'success', 'failed', 'authorized', 'captured', 'cancelled')
    );

-- Lists of one status stay quick where it is a rare one.
CREATE INDEX payments_newest_of_status ON payments (merchant_id, status, created_at DESC, id DESC);

-- Promise P1, whatever the code does: an order that is not reusable is paid by at most one payment.
DROP INDEX payments_one_success;
CREATE UNIQUE INDEX payments_one_success ON payments (order_id)
    WHERE exclusive AND status IN ('success', 'authorized', 'captured');
DROP INDEX payments_settled;
CREATE INDEX payments_settled ON payments (status) WHERE status NOT IN ('pending', 'processing');

-- The table of paygate.domain.payment_status, held by the database too; a test compares the two.
CREATE FUNCTION refuse_payment_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'payment % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER payments_transitions BEFORE UPDATE OF status ON payments FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
        ('pending', 'processing'),
        ('processing', 'success'), ('processing', 'failed'), ('processing', 'authorized'),
        ('authorized', 'captured'), ('authorized', 'cancelled')
    ))
    EXECUTE FUNCTION refuse_payment_transition();

-- Promise P3: one effect for one key. The row is written in the transaction of the effect itself, with the answer in it.
CREATE TABLE idempotency_keys (
    merchant_id text NOT NULL REFERENCES merchants,
    -- mode, method and route, such as "test POST /v1/payments"
    scope text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- HMAC of each top-level field of the first request
    fingerprint json NOT NULL,
    request_id text NOT NULL,
    status int NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    PRIMARY KEY (merchant_id, scope, key)
);
CREATE INDEX idempotency_keys_expiring ON idempotency_keys (expires_at);

-- An expired order says so from its very moment on, also before the sweeper has marked it.
CREATE FUNCTION order_status(o orders) RETURNS text LANGUAGE sql STABLE
RETURN CASE WHEN o.status = 'created' AND o.expires_at <= now() THEN 'expired' ELSE o.status END;

CREATE OR REPLACE FUNCTION order_json(o orders) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            o.id, o.amount_minor AS amount, o.currency, o.receipt, o.notes, order_status(o) AS status, o.capture,
            o.reusable, iso8601(o.expires_at) AS expires_at, iso8601(o.created_at) AS created_at
    ) AS wire
);

CREATE OR REPLACE FUNCTION payment_json(p payments) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT json_strip_nulls(row_to_json(wire)) FROM (
        SELECT
            p.id, p.order_id, p.amount_minor AS amount, p.currency, p.method, p.vpa,
            CASE WHEN p.method = 'card' THEN (
                SELECT row_to_json(c) FROM (SELECT p.card_network AS network, p.card_last4 AS last4) AS c
            ) END AS card,
            p.status, p.failure_reason, iso8601(p.created_at) AS created_at
    ) AS wire
);

-- A page of a list, from the printed objects.
CREATE FUNCTION list_json(items text, has_more boolean) RETURNS text LANGUAGE sql IMMUTABLE
RETURN '{"data":[' || coalesce(items, '') || '],"has_more":' || has_more::text || '}';

-- migrate: rollback

DROP FUNCTION list_json;
CREATE OR REPLACE FUNCTION payment_json(p payments) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT json_strip_nulls(row_to_json(wire)) FROM (
        SELECT
            p.id, p.order_id, p.amount_minor AS amount, p.currency, p.method, p.vpa, p.status, p.failure_reason,
            iso8601(p.created_at) AS created_at
    ) AS wire
);
CREATE OR REPLACE FUNCTION order_json(o orders) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            o.id, o.amount_minor AS amount, o.currency, o.receipt, o.notes, o.status, o.reusable,
            iso8601(o.created_at) AS created_at
    ) AS wire
);
DROP FUNCTION order_status;
DROP TABLE idempotency_keys;
DROP TRIGGER payments_transitions ON payments;
DROP FUNCTION refuse_payment_transition;
DROP INDEX payments_newest_of_status;
DROP INDEX payments_settled;
CREATE INDEX payments_settled ON payments (status) WHERE status IN ('success', 'failed');
DROP INDEX payments_one_success;
CREATE UNIQUE INDEX payments_one_success ON payments (order_id) WHERE exclusive AND status = 'success';
ALTER TABLE payments
    DROP CONSTRAINT payments_status_check,
    ADD CONSTRAINT payments_status_check CHECK (status IN ('pending', 'processing', 'success', 'failed')),
    DROP CONSTRAINT payments_method_check,
    ADD CONSTRAINT payments_method_check CHECK (method IN ('upi')),
    DROP COLUMN unanswered,
    DROP COLUMN void_status,
    DROP COLUMN capture,
    DROP COLUMN card_fingerprint,
    DROP COLUMN card_expiry_year,
    DROP COLUMN card_expiry_month,
    DROP COLUMN card_last4,
    DROP COLUMN card_network;
DROP INDEX orders_expiring;
ALTER TABLE orders
    DROP CONSTRAINT orders_reusable_stays_open,
    DROP CONSTRAINT orders_status_check,
    ADD CONSTRAINT orders_status_check CHECK (status IN ('created', 'paid')),
    DROP COLUMN expires_at,
    DROP COLUMN capture;
