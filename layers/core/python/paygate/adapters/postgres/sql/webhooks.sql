-- name: list_webhook_endpoints
SELECT webhook_endpoint_json(e)::text AS body FROM webhook_endpoints AS e
WHERE merchant_id = :merchant_id::text ORDER BY created_at DESC, id DESC LIMIT :limit::int

-- name: update_webhook_endpoint
-- What is not given stays. No row: the merchant has no such endpoint. A row without a body: it would be enabled
-- without a URL.
WITH the_endpoint AS (
    SELECT id, coalesce(:url::text, url) AS url, coalesce(:status::text, status) AS status
    FROM webhook_endpoints WHERE id = :endpoint_id::text AND merchant_id = :merchant_id::text
    FOR UPDATE
), updated AS (
    UPDATE webhook_endpoints AS e SET url = t.url, status = t.status, updated_at = now()
    FROM the_endpoint AS t WHERE e.id = t.id AND (t.status = 'disabled' OR t.url IS NOT NULL)
    RETURNING e.*
)
SELECT (SELECT webhook_endpoint_json(u::webhook_endpoints)::text FROM updated AS u) AS body FROM the_endpoint

-- fragment: deliver
-- For the CTE event (id, merchant_id, type): a delivery to each endpoint that wants it, and its job.
delivery AS (
    INSERT INTO webhook_deliveries (id, event_id, endpoint_id, merchant_id, next_attempt_at)
    SELECT new_id('whd'), e.id, w.id, e.merchant_id, now()
    FROM event AS e JOIN webhook_endpoints AS w ON w.merchant_id = e.merchant_id
    WHERE w.status = 'enabled' AND w.events && ARRAY['*', split_part(e.type, '.', 1) || '.*', e.type]
    RETURNING id
), delivery_job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT 'webhooks', id, now() + :resend_after_seconds::int * interval '1 second' FROM delivery
)

-- name: claim_webhook_deliveries
-- Take deliveries that are due and that no other consumer holds, with all that sending them needs. One whose
-- endpoint has been disabled ends here.
WITH free AS (
    SELECT id FROM webhook_deliveries
    WHERE id = ANY(:delivery_ids::text[]) AND status = 'pending' AND next_attempt_at <= now()
      AND (claimed_until IS NULL OR claimed_until < now())
    FOR UPDATE SKIP LOCKED
), cancelled AS (
    UPDATE webhook_deliveries AS d SET status = 'cancelled', next_attempt_at = NULL, updated_at = now()
    FROM free, webhook_endpoints AS w
    WHERE d.id = free.id AND w.id = d.endpoint_id AND w.status <> 'enabled'
    RETURNING d.id
), ended AS (
    DELETE FROM outbox USING cancelled WHERE queue = 'webhooks' AND subject_id = cancelled.id
), claimed AS (
    UPDATE webhook_deliveries AS d SET
        claimed_until = now() + :lease_seconds::int * interval '1 second', updated_at = now()
    FROM free, webhook_endpoints AS w
    WHERE d.id = free.id AND w.id = d.endpoint_id AND w.status = 'enabled'
    RETURNING d.id, d.event_id, d.endpoint_id, d.attempts, w.url, w.secret_encrypted
), postponed AS (
    UPDATE outbox SET due_at = now() + 2 * :lease_seconds::int * interval '1 second', resends = 0
    FROM claimed WHERE queue = 'webhooks' AND subject_id = claimed.id
)
SELECT c.id, c.event_id, c.endpoint_id, c.attempts, c.url, c.secret_encrypted, e.type, e.sequence, e.body
FROM claimed AS c JOIN events AS e ON e.id = c.event_id

-- name: record_webhook_attempts
-- What came of each attempt: delivered ends the delivery, a delay (in seconds) keeps it pending, no delay exhausts it.
WITH input AS (
    SELECT * FROM json_to_recordset(:attempts::json) AS r (
        delivery_id text, number int, started_at timestamptz, duration_ms int, response_status int, error_kind text,
        response_body text, delivered boolean, delay_seconds double precision
    )
), recorded AS (
    UPDATE webhook_deliveries AS d SET
        status = CASE WHEN i.delivered THEN 'delivered' WHEN i.delay_seconds IS NULL THEN 'exhausted' ELSE 'pending' END,
        attempts = i.number,
        next_attempt_at = CASE WHEN NOT i.delivered THEN now() + i.delay_seconds * interval '1 second' END,
        claimed_until = NULL,
        updated_at = now()
    FROM input AS i WHERE d.id = i.delivery_id AND d.status = 'pending' AND d.attempts = i.number - 1
    RETURNING d.id, d.status, d.next_attempt_at
), attempt AS (
    INSERT INTO webhook_attempts
        (delivery_id, number, started_at, duration_ms, response_status, error_kind, response_body)
    SELECT i.delivery_id, i.number, i.started_at, i.duration_ms, i.response_status, i.error_kind, i.response_body
    FROM input AS i JOIN recorded AS r ON r.id = i.delivery_id
), ended AS (
    DELETE FROM outbox USING recorded AS r
    WHERE queue = 'webhooks' AND subject_id = r.id AND r.status <> 'pending'
), rescheduled AS (
    UPDATE outbox SET due_at = r.next_attempt_at FROM recorded AS r
    WHERE queue = 'webhooks' AND subject_id = r.id AND r.status = 'pending'
)
SELECT id, status FROM recorded
