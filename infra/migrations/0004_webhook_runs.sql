-- Webhook endpoints with descriptions, rotating secrets and a health of their own; runs, held events and replays
-- depends: 0003_refunds_ledger

-- migrate: apply

ALTER TABLE webhook_endpoints
    DROP CONSTRAINT webhook_endpoints_status_check,
    DROP CONSTRAINT webhook_endpoints_check,
    ADD COLUMN description text NOT NULL DEFAULT '' CHECK (length(description) <= 255),
    -- no_url | requested | gone (it answered 410) | failing (for too long)
    ADD COLUMN disabled_reason text CHECK (disabled_reason IN ('no_url', 'requested', 'gone', 'failing')),
    -- the secret before the last rotation, which signs as well until its time is over
    ADD COLUMN previous_secret_encrypted bytea,
    ADD COLUMN previous_secret_until timestamptz,
    -- the first failure since the last success, and how far on the way to being disabled the merchant was last told of
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN warned_percent int NOT NULL DEFAULT 0,
    -- until then its webhooks go by the slow lane
    ADD COLUMN slow_until timestamptz,
    -- deleted endpoints stay for the sake of their deliveries' log
    ADD CONSTRAINT webhook_endpoints_status_check CHECK (status IN ('enabled', 'disabled', 'deleted')),
    ADD CONSTRAINT webhook_endpoints_url_check CHECK (status <> 'enabled' OR url IS NOT NULL);
UPDATE webhook_endpoints SET disabled_reason = CASE WHEN url IS NULL THEN 'no_url' ELSE 'requested' END
WHERE status = 'disabled';
ALTER TABLE webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_reason_check CHECK (disabled_reason IS NULL OR status = 'disabled'),
    ADD CONSTRAINT webhook_endpoints_previous_check CHECK (
        (previous_secret_encrypted IS NULL) = (previous_secret_until IS NULL)
    );
CREATE INDEX webhook_endpoints_previous ON webhook_endpoints (previous_secret_until)
    WHERE previous_secret_until IS NOT NULL;

-- Events about an endpoint belong to no payment, so they have no place in a payment's sequence.
ALTER TABLE events
    ADD COLUMN endpoint_id text REFERENCES webhook_endpoints,
    ALTER COLUMN sequence DROP NOT NULL,
    ADD CONSTRAINT events_sequence_check1 CHECK ((payment_id IS NULL) = (sequence IS NULL));

-- One for each time that a merchant has asked for many deliveries to be sent again.
CREATE TABLE webhook_replays (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchants,
    total int NOT NULL CHECK (total BETWEEN 0 AND 10000),
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now())
);

ALTER TABLE webhook_deliveries
    DROP CONSTRAINT webhook_deliveries_status_check,
    -- copies from the event, for filters
    ADD COLUMN event_type text,
    ADD COLUMN payment_id text,
    -- each time that it is sent all over again is a run, with the whole schedule before it
    ADD COLUMN run int NOT NULL DEFAULT 1 CHECK (run > 0),
    ADD COLUMN run_attempts int NOT NULL DEFAULT 0 CHECK (run_attempts >= 0),
    -- the Step Functions execution that is the run's alarm clock; its name is <id>-<run>
    ADD COLUMN execution_arn text,
    ADD COLUMN replay_id text REFERENCES webhook_replays;
UPDATE webhook_deliveries AS d SET
    event_type = e.type, payment_id = e.payment_id, run_attempts = d.attempts,
    created_at = date_trunc('milliseconds', d.created_at)
FROM events AS e WHERE e.id = d.event_id;
ALTER TABLE webhook_deliveries
    ALTER COLUMN event_type SET NOT NULL,
    ALTER COLUMN created_at SET DEFAULT date_trunc('milliseconds', now()),
    -- pending -> delivered | exhausted | held (the endpoint is disabled) | cancelled (it is deleted); a retry or a replay
    -- makes any of them pending again; held -> expired
    ADD CONSTRAINT webhook_deliveries_status_check CHECK (
        status IN ('pending', 'delivered', 'exhausted', 'held', 'cancelled', 'expired')
    );
CREATE INDEX webhook_deliveries_newest_of_status ON webhook_deliveries (merchant_id, status, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_payment ON webhook_deliveries (payment_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_replay ON webhook_deliveries (replay_id, status) WHERE replay_id IS NOT NULL;
CREATE INDEX webhook_deliveries_held ON webhook_deliveries (created_at) WHERE status = 'held';

ALTER TABLE webhook_attempts
    DROP CONSTRAINT webhook_attempts_check,
    ADD COLUMN run int NOT NULL DEFAULT 1,
    ADD COLUMN error text,
    ADD COLUMN address text,
    ADD COLUMN dns_ms int,
    ADD COLUMN connect_ms int,
    ADD COLUMN tls_ms int,
    ADD COLUMN first_byte_ms int,
    ADD COLUMN request_headers json,
    ADD COLUMN response_truncated boolean NOT NULL DEFAULT false,
    -- a receiver's status, why there is none, or both: a redirect, an answer that broke off
    ADD CONSTRAINT webhook_attempts_outcome_check CHECK (num_nonnulls(response_status, error_kind) > 0);

-- --- Wire formats ---------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION webhook_endpoint_json(e webhook_endpoints) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            e.id, e.url, e.description, e.events, e.status, e.disabled_reason, iso8601(e.failing_since) AS failing_since,
            iso8601(CASE WHEN e.previous_secret_until > now() THEN e.previous_secret_until END)
                AS previous_secret_expires_at,
            iso8601(e.created_at) AS created_at
    ) AS wire
);

-- How many endpoints a merchant has by now. It is volatile so that it looks anew: a statement that has waited for another
-- one at a lock would go on seeing what there was when it began.
CREATE FUNCTION webhook_endpoint_count(merchant text) RETURNS bigint LANGUAGE sql VOLATILE
RETURN (
    SELECT count(*) FROM webhook_endpoints AS e WHERE e.merchant_id = merchant AND e.status <> 'deleted'
);

-- With the secret as it is stored: whoever answers with it puts the real one in its place.
CREATE FUNCTION webhook_endpoint_secret_json(e webhook_endpoints) RETURNS text LANGUAGE sql STABLE
RETURN left(webhook_endpoint_json(e)::text, -1)
    || ',"secret":' || to_json(replace(encode(e.secret_encrypted, 'base64'), E'\n', ''))::text || '}';

CREATE FUNCTION endpoint_event_body(type text, moment timestamptz, e webhook_endpoints) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(body)::text FROM (
        SELECT
            type AS event,
            floor(extract(epoch FROM moment))::bigint AS timestamp,
            (SELECT row_to_json(data) FROM (SELECT webhook_endpoint_json(e) AS endpoint) AS data) AS data
    ) AS body
);

CREATE FUNCTION webhook_delivery_json(d webhook_deliveries) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            d.id, d.event_id, d.event_type AS event, d.endpoint_id, d.payment_id, d.status, d.run, d.attempts,
            a.response_status, a.error_kind, iso8601(d.next_attempt_at) AS next_attempt_at, d.replay_id,
            iso8601(d.created_at) AS created_at
        FROM (SELECT) AS nothing
        LEFT JOIN webhook_attempts AS a ON a.delivery_id = d.id AND a.number = d.attempts
    ) AS wire
);

CREATE FUNCTION delivery_event_body(type text, moment timestamptz, d webhook_deliveries) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(body)::text FROM (
        SELECT
            type AS event,
            floor(extract(epoch FROM moment))::bigint AS timestamp,
            (
                SELECT row_to_json(data) FROM (
                    SELECT (
                        SELECT row_to_json(wire) FROM (
                            SELECT d.id, d.event_id, d.event_type AS event, d.endpoint_id, d.payment_id, d.status, d.attempts
                        ) AS wire
                    ) AS delivery
                ) AS data
            ) AS data
    ) AS body
);

CREATE FUNCTION webhook_attempt_json(a webhook_attempts) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            a.number, a.run, iso8601(a.started_at) AS started_at, a.duration_ms,
            (
                SELECT row_to_json(t) FROM (SELECT a.dns_ms, a.connect_ms, a.tls_ms, a.first_byte_ms) AS t
            ) AS timings,
            a.address, a.request_headers, a.response_status, a.response_body, a.response_truncated, a.error_kind, a.error
    ) AS wire
);

-- `ended` of its deliveries are not under way any more, `delivered` of these have arrived.
CREATE FUNCTION webhook_replay_json(r webhook_replays, ended bigint, delivered bigint) RETURNS json
LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            r.id, CASE WHEN ended >= r.total THEN 'done' ELSE 'running' END AS status, r.total, ended, delivered,
            iso8601(r.created_at) AS created_at
    ) AS wire
);

-- An event as the event log shows it; `body` is what its webhooks carry.
CREATE FUNCTION event_json(e events) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            e.id, e.type, e.sequence, e.payment_id, e.refund_id, e.endpoint_id, iso8601(e.created_at) AS created_at,
            e.body::json AS body
    ) AS wire
);

-- migrate: rollback

DROP FUNCTION event_json;
DROP FUNCTION webhook_replay_json;
DROP FUNCTION webhook_attempt_json;
DROP FUNCTION delivery_event_body;
DROP FUNCTION webhook_delivery_json;
DROP FUNCTION endpoint_event_body;
DROP FUNCTION webhook_endpoint_secret_json;
DROP FUNCTION webhook_endpoint_count;
CREATE OR REPLACE FUNCTION webhook_endpoint_json(e webhook_endpoints) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT e.id, e.url, e.events, e.status, iso8601(e.created_at) AS created_at
    ) AS wire
);
DELETE FROM webhook_attempts WHERE num_nonnulls(response_status, error_kind) <> 1;
ALTER TABLE webhook_attempts
    DROP CONSTRAINT webhook_attempts_outcome_check,
    DROP COLUMN response_truncated,
    DROP COLUMN request_headers,
    DROP COLUMN first_byte_ms,
    DROP COLUMN tls_ms,
    DROP COLUMN connect_ms,
    DROP COLUMN dns_ms,
    DROP COLUMN address,
    DROP COLUMN error,
    DROP COLUMN run,
    ADD CONSTRAINT webhook_attempts_check CHECK ((response_status IS NULL) <> (error_kind IS NULL));
DROP INDEX webhook_deliveries_held;
DROP INDEX webhook_deliveries_of_payment;
DROP INDEX webhook_deliveries_of_endpoint;
DROP INDEX webhook_deliveries_newest_of_status;
UPDATE webhook_deliveries SET status = 'cancelled' WHERE status IN ('held', 'expired');
ALTER TABLE webhook_deliveries
    DROP CONSTRAINT webhook_deliveries_status_check,
    DROP COLUMN replay_id,
    DROP COLUMN execution_arn,
    DROP COLUMN run_attempts,
    DROP COLUMN run,
    DROP COLUMN payment_id,
    DROP COLUMN event_type,
    ALTER COLUMN created_at SET DEFAULT now(),
    ADD CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'exhausted', 'cancelled'));
DROP TABLE webhook_replays;
DELETE FROM outbox USING webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
WHERE queue = 'webhooks' AND subject_id = d.id AND e.payment_id IS NULL;
DELETE FROM webhook_attempts USING webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
WHERE delivery_id = d.id AND e.payment_id IS NULL;
DELETE FROM webhook_deliveries USING events AS e WHERE e.id = event_id AND e.payment_id IS NULL;
DELETE FROM events WHERE payment_id IS NULL;
ALTER TABLE events
    DROP CONSTRAINT events_sequence_check1,
    DROP COLUMN endpoint_id,
    ALTER COLUMN sequence SET NOT NULL;
DROP INDEX webhook_endpoints_previous;
UPDATE webhook_endpoints SET status = 'disabled' WHERE status = 'deleted';
ALTER TABLE webhook_endpoints
    DROP CONSTRAINT webhook_endpoints_previous_check,
    DROP CONSTRAINT webhook_endpoints_reason_check,
    DROP CONSTRAINT webhook_endpoints_url_check,
    DROP CONSTRAINT webhook_endpoints_status_check,
    DROP COLUMN slow_until,
    DROP COLUMN warned_percent,
    DROP COLUMN failing_since,
    DROP COLUMN previous_secret_until,
    DROP COLUMN previous_secret_encrypted,
    DROP COLUMN disabled_reason,
    DROP COLUMN description,
    ADD CONSTRAINT webhook_endpoints_status_check CHECK (status IN ('enabled', 'disabled')),
    ADD CONSTRAINT webhook_endpoints_check CHECK (status = 'disabled' OR url IS NOT NULL);
