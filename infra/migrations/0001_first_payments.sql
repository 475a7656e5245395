-- Merchants, orders, payments, events, the outbox and webhook deliveries
-- depends:

-- migrate: apply

-- Wire formats live here once: the API answers with what these functions print, and events freeze the same text.
-- row_to_json prints as JavaScript's JSON.stringify does (no spaces, the same escapes), which webhook bodies promise.
CREATE FUNCTION iso8601(moment timestamptz) RETURNS text LANGUAGE sql STABLE
RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Ids as paygate.domain.ids makes them, for rows that only a statement creates: eight base62 characters of the time
-- in milliseconds, then fourteen random ones.
CREATE FUNCTION new_id(prefix text) RETURNS text LANGUAGE sql VOLATILE
RETURN prefix || '_' || (
    SELECT string_agg(
        substr(
            '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
            1 + CASE
                WHEN place < 8 THEN (milliseconds / (62::numeric ^ (7 - place))::bigint % 62)::int
                ELSE floor(random() * 62)::int
            END,
            1
        ),
        '' ORDER BY place
    )
    FROM generate_series(0, 21) AS place,
        (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS t (milliseconds)
);

CREATE TABLE merchants (
    id text PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchants,
    -- SHA-256 of the pepper and the secret; the secret itself is shown once and kept nowhere
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX api_keys_merchant ON api_keys (merchant_id);

-- Times that the API shows are stored to the millisecond, as it shows them; or a filter by an object's own time would
-- miss it.
CREATE TABLE orders (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchants,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 100),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    receipt text CHECK (length(receipt) <= 40),
    notes json NOT NULL DEFAULT '{}',
    -- created -> paid; a reusable order stays created
    status text NOT NULL DEFAULT 'created' CHECK (status IN ('created', 'paid')),
    reusable boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CHECK (NOT (reusable AND status = 'paid'))
);
CREATE INDEX orders_newest ON orders (merchant_id, created_at DESC, id DESC);

CREATE TABLE payments (
    id text PRIMARY KEY,
    order_id text NOT NULL REFERENCES orders,
    merchant_id text NOT NULL REFERENCES merchants,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 100),
    currency text NOT NULL,
    method text NOT NULL CHECK (method IN ('upi')),
    vpa text,
    -- pending -> processing -> success | failed
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'success', 'failed')),
    -- false for payments of reusable orders, of which any number may succeed
    exclusive boolean NOT NULL,
    failure_reason text,
    acquirer_reference text,
    -- while a consumer works on the payment, no other one takes it
    claimed_until timestamptz,
    -- the sequence number of the payment's latest event
    event_sequence int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((method = 'upi') = (vpa IS NOT NULL)),
    CHECK ((status = 'failed') = (failure_reason IS NOT NULL))
);
CREATE INDEX payments_newest ON payments (merchant_id, created_at DESC, id DESC);
CREATE INDEX payments_of_order ON payments (order_id);
-- Promise P1, whatever the code does: at most one successful payment for an order that is not reusable.
CREATE UNIQUE INDEX payments_one_success ON payments (order_id) WHERE exclusive AND status = 'success';
CREATE INDEX payments_settled ON payments (status) WHERE status IN ('success', 'failed');

CREATE TABLE events (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchants,
    payment_id text REFERENCES payments,
    -- counts a payment's events from 1 without a gap
    sequence int NOT NULL CHECK (sequence > 0),
    type text NOT NULL,
    -- the webhook body, byte for byte, frozen when the event happened
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    UNIQUE (payment_id, sequence)
);
CREATE INDEX events_newest ON events (merchant_id, created_at DESC, id DESC);

CREATE TABLE webhook_endpoints (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchants,
    -- empty until the merchant sets it; only then can the endpoint be enabled
    url text,
    -- AES-GCM under a key that Postgres never sees
    secret_encrypted bytea NOT NULL,
    -- '*', a family such as 'payment.*', or exact types
    events text[] NOT NULL DEFAULT '{*}' CHECK (cardinality(events) > 0),
    status text NOT NULL DEFAULT 'disabled' CHECK (status IN ('enabled', 'disabled')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (status = 'disabled' OR url IS NOT NULL)
);
CREATE INDEX webhook_endpoints_merchant ON webhook_endpoints (merchant_id, created_at DESC, id DESC);

CREATE TABLE webhook_deliveries (
    id text PRIMARY KEY,
    event_id text NOT NULL REFERENCES events,
    endpoint_id text NOT NULL REFERENCES webhook_endpoints,
    merchant_id text NOT NULL REFERENCES merchants,
    -- pending -> delivered | exhausted | cancelled (the endpoint is disabled)
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'exhausted', 'cancelled')),
    attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz,
    claimed_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (event_id, endpoint_id),
    CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (merchant_id, created_at DESC, id DESC);

CREATE TABLE webhook_attempts (
    delivery_id text NOT NULL REFERENCES webhook_deliveries,
    number int NOT NULL CHECK (number > 0),
    started_at timestamptz NOT NULL,
    duration_ms int NOT NULL CHECK (duration_ms >= 0),
    -- one of the two: the receiver's status, or why there is none
    response_status int,
    error_kind text,
    response_body text,
    PRIMARY KEY (delivery_id, number),
    CHECK ((response_status IS NULL) <> (error_kind IS NULL))
);

-- Promise P2: what still has to happen for a row, written in the same transaction as the row and deleted in the one
-- that ends it. Queues only make it fast; the sweeper sends again whatever is due.
CREATE TABLE outbox (
    queue text NOT NULL CHECK (queue IN ('payments', 'webhooks')),
    subject_id text NOT NULL,
    due_at timestamptz NOT NULL,
    resends int NOT NULL DEFAULT 0,
    PRIMARY KEY (queue, subject_id)
);
CREATE INDEX outbox_due ON outbox (due_at);

-- When each background worker last ran, for health and job status.
CREATE TABLE worker_runs (
    worker text PRIMARY KEY,
    ran_at timestamptz NOT NULL
);

CREATE FUNCTION order_json(o orders) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            o.id, o.amount_minor AS amount, o.currency, o.receipt, o.notes, o.status, o.reusable,
            iso8601(o.created_at) AS created_at
    ) AS wire
);

CREATE FUNCTION payment_json(p payments) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT json_strip_nulls(row_to_json(wire)) FROM (
        SELECT
            p.id, p.order_id, p.amount_minor AS amount, p.currency, p.method, p.vpa, p.status, p.failure_reason,
            iso8601(p.created_at) AS created_at
    ) AS wire
);

-- The body of a payment's webhook: {"event":…,"timestamp":<unix seconds>,"data":{"payment":{…}}}
CREATE FUNCTION payment_event_body(type text, moment timestamptz, p payments) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(body)::text FROM (
        SELECT
            type AS event,
            floor(extract(epoch FROM moment))::bigint AS timestamp,
            (SELECT row_to_json(data) FROM (SELECT payment_json(p) AS payment) AS data) AS data
    ) AS body
);

CREATE FUNCTION webhook_endpoint_json(e webhook_endpoints) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT e.id, e.url, e.events, e.status, iso8601(e.created_at) AS created_at
    ) AS wire
);

-- migrate: rollback

DROP FUNCTION webhook_endpoint_json;
DROP FUNCTION payment_event_body;
DROP FUNCTION payment_json;
DROP FUNCTION order_json;
DROP TABLE worker_runs, outbox, webhook_attempts, webhook_deliveries, webhook_endpoints, events, payments, orders, api_keys, merchants;
DROP FUNCTION new_id;
DROP FUNCTION iso8601;
