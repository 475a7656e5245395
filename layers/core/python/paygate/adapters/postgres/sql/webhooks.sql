-- fragment: endpoint_wants_event
-- Of an endpoint w and an event e. None is told about itself.
w.status <> 'deleted' AND w.url IS NOT NULL AND w.id IS DISTINCT FROM e.endpoint_id
        AND w.events && ARRAY['*', split_part(e.type, '.', 1) || '.*', e.type]

-- fragment: deliver
-- For the CTE event (id, merchant_id, type, payment_id, endpoint_id): a delivery to each endpoint that wants it, and its
-- job. One that is disabled has it held, unless it has never had a URL.
delivery_made AS (
    INSERT INTO webhook_deliveries
        (id, event_id, event_type, payment_id, endpoint_id, merchant_id, status, next_attempt_at)
    SELECT
        new_id('whd'), e.id, e.type, e.payment_id, w.id, e.merchant_id,
        CASE WHEN w.status = 'enabled' THEN 'pending' ELSE 'held' END,
        CASE WHEN w.status = 'enabled' THEN now() END
    FROM event AS e JOIN webhook_endpoints AS w ON w.merchant_id = e.merchant_id
    WHERE
        -- include endpoint_wants_event
    RETURNING id, status
), delivery AS (
    SELECT id FROM delivery_made WHERE status = 'pending'
), delivery_job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT 'webhooks', id, now() + :resend_after_seconds::int * interval '1 second' FROM delivery
)

-- name: claim_webhook_deliveries
-- Take deliveries that are due and that no other consumer holds, with all that sending them needs. One whose endpoint is
-- disabled is held from here on, one whose endpoint is deleted is cancelled. Where not any lane is served, one to a slow
-- endpoint is not taken, and told as diverted.
WITH free AS (
    SELECT d.id, w.status AS endpoint_status, coalesce(w.slow_until > now(), false) AND NOT :any_lane::boolean AS diverted
    FROM webhook_deliveries AS d JOIN webhook_endpoints AS w ON w.id = d.endpoint_id
    WHERE d.id = ANY(:delivery_ids::text[]) AND d.status = 'pending'
      AND d.next_attempt_at <= now()
      AND (d.claimed_until IS NULL OR d.claimed_until < now())
      AND d.run = :run::int -- if run
    FOR NO KEY UPDATE OF d SKIP LOCKED
), ended AS (
    UPDATE webhook_deliveries AS d SET
        status = CASE f.endpoint_status WHEN 'deleted' THEN 'cancelled' ELSE 'held' END,
        next_attempt_at = NULL,
        claimed_until = NULL,
        updated_at = now()
    FROM free AS f WHERE d.id = f.id AND f.endpoint_status <> 'enabled'
    RETURNING d.id
), done AS (
    DELETE FROM outbox USING ended WHERE queue = 'webhooks' AND subject_id = ended.id
), claimed AS (
    UPDATE webhook_deliveries AS d SET
        claimed_until = now() + :lease_seconds::int * interval '1 second', updated_at = now()
    FROM free AS f, webhook_endpoints AS w
    WHERE d.id = f.id AND w.id = d.endpoint_id AND f.endpoint_status = 'enabled' AND NOT f.diverted
    RETURNING
        d.id, d.event_id, d.endpoint_id, d.attempts, d.run, d.run_attempts, w.url, w.secret_encrypted,
        CASE WHEN w.previous_secret_until > now() THEN w.previous_secret_encrypted END AS previous_secret_encrypted
), postponed AS (
    UPDATE outbox SET due_at = now() + 2 * :lease_seconds::int * interval '1 second', resends = 0
    FROM claimed WHERE queue = 'webhooks' AND subject_id = claimed.id
)
SELECT
    f.id, f.diverted, c.event_id, c.endpoint_id, c.attempts, c.run, c.run_attempts, c.url, c.secret_encrypted,
    c.previous_secret_encrypted, e.type, e.sequence, e.body
FROM free AS f LEFT JOIN claimed AS c ON c.id = f.id LEFT JOIN events AS e ON e.id = c.event_id
WHERE f.endpoint_status = 'enabled'

-- name: find_webhook_run
-- Where a run stands that could not be claimed; no row: it has ended, or another run has taken its place. A clock that
-- rings too early, as LocalStack's do by a part of a second, shall not do so again and again.
SELECT iso8601(greatest(next_attempt_at, claimed_until, now() + interval '1 second')) AS next_attempt_at
FROM webhook_deliveries WHERE id = :delivery_id::text AND run = :run::int AND status = 'pending'

-- name: mark_slow_endpoints
-- Have the webhooks of these endpoints go by the slow lane, before the attempts that show it have ended.
WITH slow AS (
    SELECT id FROM webhook_endpoints
    WHERE id = ANY(:endpoint_ids::text[]) AND status = 'enabled'
      AND coalesce(slow_until, '-infinity') < now() + :slow_seconds::int * interval '0.5 seconds'
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE webhook_endpoints AS w SET slow_until = now() + :slow_seconds::int * interval '1 second'
FROM slow WHERE w.id = slow.id

-- name: record_webhook_attempts
-- What came of a batch of attempts, in one transaction: deliveries, attempts, the health of their endpoints, the events
-- that tell of it, outbox. Delivered ends a delivery, gone holds it, a delay (in seconds) keeps it pending, no delay
-- exhausts it. A delivery that was asked to run again meanwhile does so. Endpoints change only where their health does;
-- they are locked in the order of their ids, so that two batches cannot wait for each other.
WITH input AS (
    SELECT
        *, CASE
            WHEN delivered THEN 'delivered' WHEN gone THEN 'held' WHEN delay_seconds IS NULL THEN 'exhausted' ELSE 'pending'
        END AS verdict
    FROM json_to_recordset(:attempts::json) AS r (
        delivery_id text, run int, number int, started_at timestamptz, duration_ms int, dns_ms int, connect_ms int,
        tls_ms int, first_byte_ms int, address text, request_headers json, response_status int, response_body text,
        response_truncated boolean, error_kind text, error text, delivered boolean, gone boolean, slow boolean,
        delay_seconds double precision, exhausted_event_id text, endpoint_event_id text
    )
), recorded AS (
    UPDATE webhook_deliveries AS d SET
        status = CASE WHEN d.run = i.run THEN i.verdict ELSE 'pending' END,
        attempts = i.number,
        run_attempts = d.run_attempts + (d.run = i.run)::int,
        next_attempt_at = CASE
            WHEN d.run <> i.run THEN d.next_attempt_at
            WHEN i.verdict = 'pending'
            THEN date_trunc('milliseconds', now() + i.delay_seconds * interval '1 second')
        END,
        execution_arn = CASE
            WHEN d.run = i.run AND i.verdict = 'pending'
            THEN coalesce(:execution_arn_prefix::text || d.id || '-' || d.run, d.execution_arn)
            ELSE d.execution_arn
        END,
        claimed_until = NULL,
        updated_at = now()
    FROM input AS i WHERE d.id = i.delivery_id AND d.status = 'pending' AND d.attempts = i.number - 1
    RETURNING d.*
), attempt AS (
    INSERT INTO webhook_attempts (
        delivery_id, number, run, started_at, duration_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, address,
        request_headers, response_status, response_body, response_truncated, error_kind, error
    )
    SELECT
        i.delivery_id, i.number, i.run, i.started_at, i.duration_ms, i.dns_ms, i.connect_ms, i.tls_ms, i.first_byte_ms,
        i.address, i.request_headers, i.response_status, i.response_body, i.response_truncated, i.error_kind, i.error
    FROM input AS i JOIN recorded AS r ON r.id = i.delivery_id
), seen AS (
    SELECT
        r.endpoint_id AS id,
        bool_or(i.delivered) AS delivered,
        bool_or(i.gone) AS gone,
        bool_or(i.slow) AS slow,
        -- A test that fails tells the one who asked for it, and is no reason to disable anything.
        min(i.started_at) FILTER (WHERE NOT i.delivered AND r.event_type <> 'endpoint.test') AS failed_at,
        min(i.endpoint_event_id) AS event_id
    FROM input AS i JOIN recorded AS r ON r.id = i.delivery_id GROUP BY r.endpoint_id
), health AS (
    SELECT
        w.id, s.delivered, s.gone, s.slow, s.failed_at, s.event_id, w.failing_since, w.warned_percent,
        -- Never without a warning before, however seldom there is something to deliver.
        p.percent >= 100 AND w.warned_percent > 0 AS failed_for_long,
        (SELECT coalesce(max(level), 0) FROM unnest(:warn_percents::int[]) AS level WHERE level <= p.percent) AS level
    FROM webhook_endpoints AS w JOIN seen AS s ON s.id = w.id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.delivered OR s.failed_at IS NULL THEN 0 ELSE coalesce(
            floor(100 * extract(epoch FROM now() - w.failing_since) / :disable_after_seconds::int), 0
        ) END AS percent
    ) AS p
    WHERE w.status = 'enabled' AND (
        s.gone
        OR CASE
            WHEN s.delivered THEN w.failing_since IS NOT NULL
            ELSE s.failed_at IS NOT NULL AND (w.failing_since IS NULL OR p.percent > w.warned_percent)
        END
        OR CASE
            WHEN s.slow
            THEN coalesce(w.slow_until, '-infinity') < now() + :slow_seconds::int * interval '0.5 seconds'
            ELSE w.slow_until IS NOT NULL
        END
    )
    ORDER BY w.id FOR NO KEY UPDATE OF w
), changed AS (
    UPDATE webhook_endpoints AS w SET
        status = CASE WHEN h.gone OR h.failed_for_long THEN 'disabled' ELSE 'enabled' END,
        disabled_reason = CASE WHEN h.gone THEN 'gone' WHEN h.failed_for_long THEN 'failing' END,
        failing_since = CASE WHEN h.delivered THEN NULL ELSE coalesce(h.failing_since, h.failed_at) END,
        warned_percent = CASE WHEN h.delivered THEN 0 ELSE greatest(h.warned_percent, h.level) END,
        slow_until = CASE WHEN h.slow THEN now() + :slow_seconds::int * interval '1 second' END,
        updated_at = now()
    FROM health AS h WHERE w.id = h.id
    RETURNING w.*
), event AS (
    INSERT INTO events (id, merchant_id, endpoint_id, type, body)
    SELECT h.event_id, c.merchant_id, c.id, t.type, endpoint_event_body(t.type, now(), c::webhook_endpoints)
    FROM changed AS c JOIN health AS h ON h.id = c.id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN c.status = 'disabled' THEN 'endpoint.disabled'
            WHEN c.warned_percent > h.warned_percent THEN 'endpoint.failing'
            WHEN h.delivered AND h.warned_percent > 0 THEN 'endpoint.recovered'
        END AS type
    ) AS t
    WHERE t.type IS NOT NULL
    UNION ALL
    SELECT
        i.exhausted_event_id, r.merchant_id, r.endpoint_id, 'delivery.exhausted',
        delivery_event_body('delivery.exhausted', now(), r::webhook_deliveries)
    FROM recorded AS r JOIN input AS i ON i.delivery_id = r.id
    -- Or two dead endpoints would go on for ever telling each other about each other.
    WHERE r.status = 'exhausted' AND r.payment_id IS NOT NULL
    RETURNING id, merchant_id, type, payment_id, endpoint_id
), done AS (
    DELETE FROM outbox USING recorded AS r WHERE queue = 'webhooks' AND subject_id = r.id AND r.status <> 'pending'
), watched AS (
    UPDATE outbox SET
        due_at = CASE
            WHEN r.run <> i.run THEN now() + :resend_after_seconds::int * interval '1 second'
            ELSE r.next_attempt_at + :overdue_seconds::int * interval '1 second'
        END,
        resends = 0
    FROM recorded AS r JOIN input AS i ON i.delivery_id = r.id
    WHERE queue = 'webhooks' AND subject_id = r.id AND r.status = 'pending'
),
-- include deliver
SELECT
    (
        SELECT json_agg(json_build_object(
            'id', r.id, 'status', r.status, 'run', r.run, 'runs_again', r.run <> i.run,
            'next_attempt_at', iso8601(r.next_attempt_at)
        ))
        FROM recorded AS r JOIN input AS i ON i.delivery_id = r.id
    ) AS recorded,
    (SELECT string_agg(id, ',') FROM delivery) AS delivery_ids

-- name: expire_held_deliveries
-- Give up what has been held for too long; how many.
WITH old AS (
    SELECT id FROM webhook_deliveries WHERE status = 'held' AND created_at <= now() - :held_seconds::int * interval '1 second'
    ORDER BY created_at LIMIT :limit::int FOR UPDATE SKIP LOCKED
), expired AS (
    UPDATE webhook_deliveries AS d SET status = 'expired', updated_at = now() FROM old WHERE d.id = old.id RETURNING 1
)
SELECT count(*) AS count FROM expired

-- name: forget_previous_secrets
-- Erase secrets whose overlap with the next one is over; how many.
WITH over AS (
    SELECT id FROM webhook_endpoints WHERE previous_secret_until <= now()
    ORDER BY previous_secret_until LIMIT :limit::int FOR UPDATE SKIP LOCKED
), forgotten AS (
    UPDATE webhook_endpoints AS w SET previous_secret_encrypted = NULL, previous_secret_until = NULL
    FROM over WHERE w.id = over.id RETURNING 1
)
SELECT count(*) AS count FROM forgotten
