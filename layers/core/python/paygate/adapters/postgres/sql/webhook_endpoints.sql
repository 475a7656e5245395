-- name: list_webhook_endpoints
SELECT webhook_endpoint_json(e)::text AS body FROM webhook_endpoints AS e
WHERE merchant_id = :merchant_id::text AND status <> 'deleted' ORDER BY created_at DESC, id DESC LIMIT :limit::int

-- name: get_webhook_endpoint
SELECT webhook_endpoint_json(e)::text AS body FROM webhook_endpoints AS e
WHERE id = :endpoint_id::text AND merchant_id = :merchant_id::text AND status <> 'deleted'

-- fragment: lock_endpoint
SELECT * FROM webhook_endpoints
WHERE id = :endpoint_id::text AND merchant_id = :merchant_id::text AND status <> 'deleted' FOR NO KEY UPDATE

-- name: create_webhook_endpoint
-- A row without a body: the merchant has as many as there may be, or the key is taken. The answer is kept with the secret
-- as it is stored. Requests of one merchant wait for each other at its row, so that each counts what the others made.
WITH the_merchant AS (
    SELECT id FROM merchants WHERE id = :merchant_id::text FOR NO KEY UPDATE
), others AS (
    SELECT webhook_endpoint_count(id) AS count FROM the_merchant
), draft AS (
    SELECT d.* FROM others AS o, the_merchant AS m, json_populate_record(NULL::webhook_endpoints, json_build_object(
        'id', :endpoint_id::text,
        'merchant_id', m.id,
        'url', :url::text,
        'description', :description::text,
        'events', array_to_json(:events::text[]),
        'status', :status::text,
        'disabled_reason', CASE WHEN :status::text = 'disabled' THEN 'requested' END,
        'secret_encrypted', '\x' || encode(decode(:secret_sealed::text, 'base64'), 'hex'),
        'warned_percent', 0,
        'created_at', date_trunc('milliseconds', now()),
        'updated_at', now()
    )) AS d WHERE o.count < :endpoints_max::int
), reply AS (
    SELECT d.merchant_id, 201 AS status, webhook_endpoint_secret_json(d::webhook_endpoints) AS body FROM draft AS d
), answered AS (
    -- include take_key
), endpoint AS (
    INSERT INTO webhook_endpoints SELECT d.* FROM draft AS d WHERE :key::text IS NULL OR EXISTS (SELECT FROM answered)
    RETURNING id
)
SELECT (SELECT r.body FROM reply AS r, endpoint) AS body, o.count AS others FROM others AS o

-- name: update_webhook_endpoint
-- What is not given stays. No row: the merchant has no such endpoint. A row without a body: it would be enabled
-- without a URL. One that is enabled, or gets another URL, starts with a clean record.
WITH the_endpoint AS (
    -- include lock_endpoint
), wanted AS (
    SELECT
        id, coalesce(:url::text, url) AS url, coalesce(:status::text, status) AS status,
        coalesce(:status::text = 'enabled' AND status <> 'enabled', false)
        OR :url::text IS NOT NULL AND :url::text IS DISTINCT FROM url AS anew
    FROM the_endpoint
), updated AS (
    UPDATE webhook_endpoints AS e SET
        url = t.url,
        status = t.status,
        description = coalesce(:description::text, e.description),
        events = coalesce(:events::text[], e.events),
        disabled_reason = CASE
            WHEN t.status = 'disabled' THEN CASE WHEN e.status = 'disabled' THEN e.disabled_reason ELSE 'requested' END
        END,
        failing_since = CASE WHEN NOT t.anew THEN e.failing_since END,
        warned_percent = CASE WHEN t.anew THEN 0 ELSE e.warned_percent END,
        slow_until = CASE WHEN NOT t.anew THEN e.slow_until END,
        updated_at = now()
    FROM wanted AS t WHERE e.id = t.id AND (t.status = 'disabled' OR t.url IS NOT NULL)
    RETURNING e.*
)
SELECT (SELECT webhook_endpoint_json(u::webhook_endpoints)::text FROM updated AS u) AS body FROM the_endpoint

-- name: delete_webhook_endpoint
-- The row stays for its deliveries' log; its secrets go. What is under way to it is cancelled when its time comes.
UPDATE webhook_endpoints SET
    status = 'deleted', disabled_reason = NULL, secret_encrypted = '', previous_secret_encrypted = NULL,
    previous_secret_until = NULL, updated_at = now()
WHERE id = :endpoint_id::text AND merchant_id = :merchant_id::text AND status <> 'deleted'
RETURNING id

-- name: rotate_webhook_secret
-- The old secret signs as well while the overlap lasts. No row: the merchant has no such endpoint. A row without a body:
-- the key is taken. The answer is kept with the secret as it is stored.
WITH the_endpoint AS (
    -- include lock_endpoint
), draft AS (
    SELECT d.* FROM the_endpoint AS e, json_populate_record(e::webhook_endpoints, json_build_object(
        'secret_encrypted', '\x' || encode(decode(:secret_sealed::text, 'base64'), 'hex'),
        'previous_secret_encrypted', CASE WHEN :overlap_seconds::int > 0 THEN e.secret_encrypted END,
        'previous_secret_until',
        CASE WHEN :overlap_seconds::int > 0
            THEN date_trunc('milliseconds', now()) + :overlap_seconds::int * interval '1 second' END
    )) AS d
), reply AS (
    SELECT d.merchant_id, 200 AS status, webhook_endpoint_secret_json(d::webhook_endpoints) AS body FROM draft AS d
), answered AS (
    -- include take_key
), rotated AS (
    UPDATE webhook_endpoints AS e SET
        secret_encrypted = d.secret_encrypted,
        previous_secret_encrypted = d.previous_secret_encrypted,
        previous_secret_until = d.previous_secret_until,
        updated_at = now()
    FROM draft AS d WHERE e.id = d.id AND (:key::text IS NULL OR EXISTS (SELECT FROM answered))
    RETURNING e.id
)
SELECT (SELECT r.body FROM reply AS r, rotated) AS body FROM the_endpoint

-- name: send_test_webhook
-- An event that goes to this endpoint alone, whatever it wants otherwise. No row: the merchant has no such endpoint. A row
-- without a body: the endpoint is not enabled, or the key is taken.
WITH the_endpoint AS (
    -- include lock_endpoint
), draft AS (
    SELECT d.* FROM the_endpoint AS e, json_populate_record(NULL::webhook_deliveries, json_build_object(
        'id', :delivery_id::text,
        'event_id', :event_id::text,
        'event_type', 'endpoint.test',
        'endpoint_id', e.id,
        'merchant_id', e.merchant_id,
        'status', 'pending',
        'attempts', 0,
        'run', 1,
        'run_attempts', 0,
        'next_attempt_at', date_trunc('milliseconds', now()),
        'created_at', date_trunc('milliseconds', now()),
        'updated_at', now()
    )) AS d WHERE e.status = 'enabled'
), reply AS (
    SELECT d.merchant_id, 202 AS status, webhook_delivery_json(d::webhook_deliveries)::text AS body FROM draft AS d
), answered AS (
    -- include take_key
), delivery AS (
    INSERT INTO webhook_deliveries SELECT d.* FROM draft AS d WHERE :key::text IS NULL OR EXISTS (SELECT FROM answered)
    RETURNING id
), event AS (
    INSERT INTO events (id, merchant_id, endpoint_id, type, body)
    SELECT
        :event_id::text, e.merchant_id, e.id, 'endpoint.test',
        endpoint_event_body('endpoint.test', now(), e::webhook_endpoints)
    FROM the_endpoint AS e, delivery
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT 'webhooks', id, now() + :resend_after_seconds::int * interval '1 second' FROM delivery
)
SELECT (SELECT r.body FROM reply AS r, delivery) AS body, e.status FROM the_endpoint AS e
