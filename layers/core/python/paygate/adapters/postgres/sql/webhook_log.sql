-- fragment: delivery_filter
-- Of a family the server would read the types' index alone and sort what it finds, which may be most of the log; attempts,
-- which are always there, are in no index.
AND d.status = :status::text -- if status
      AND d.event_type = :event::text -- if event
      AND starts_with(d.event_type, :event_family::text) AND d.attempts >= 0 -- if event_family
      AND d.endpoint_id = :endpoint_id::text -- if endpoint_id
      AND d.payment_id = :payment_id::text -- if payment_id
      AND d.event_id = :event_id::text -- if event_id
      AND d.created_at > :created_gt::timestamptz -- if created_gt
      AND d.created_at >= :created_gte::timestamptz -- if created_gte
      AND d.created_at < :created_lt::timestamptz -- if created_lt
      AND d.created_at <= :created_lte::timestamptz -- if created_lte

-- name: list_webhook_deliveries
-- By cursor. Of each type that is wanted the next ones are read, so that rare ones are not looked for among all others, and
-- so are those of the one endpoint that is wanted alone.
WITH cursor AS (
    SELECT created_at, id FROM webhook_deliveries WHERE merchant_id = :merchant_id::text
      AND id = :starting_after::text -- if starting_after
      AND id = :ending_before::text -- if ending_before
), page AS (
    SELECT created_at, id, webhook_delivery_json(delivery::webhook_deliveries)::text AS body
    FROM
    unnest(:event_types::text[]) AS wanted (event_type) CROSS JOIN -- if event_types
    LATERAL (
        SELECT d.* FROM webhook_deliveries AS d
        WHERE d.merchant_id = :merchant_id::text -- unless only_endpoint_id
        WHERE d.endpoint_id = ( -- if only_endpoint_id
            SELECT w.id FROM webhook_endpoints AS w -- if only_endpoint_id
            WHERE w.id = :only_endpoint_id::text AND w.merchant_id = :merchant_id::text -- if only_endpoint_id
        ) -- if only_endpoint_id
          AND d.event_type = wanted.event_type -- if event_types
          -- include after_cursor
          -- include delivery_filter
        -- include from_cursor
        LIMIT :limit::int + 1
    ) AS delivery
    -- include from_cursor
    LIMIT :limit::int + 1
)
-- include page_reply

-- fragment: page_at_offset
-- For the CTE counted (total). What is passed over is read from an index alone.
page AS (
    SELECT
        created_at, id,
        (SELECT webhook_delivery_json(d)::text FROM webhook_deliveries AS d WHERE d.id = shown.id) AS body
    FROM (
        SELECT d.created_at, d.id FROM webhook_deliveries AS d WHERE d.merchant_id = :merchant_id::text
          -- include delivery_filter
        ORDER BY d.created_at DESC, d.id DESC LIMIT :limit::int OFFSET :offset::int
    ) AS shown
)
SELECT
    '{"data":[' || coalesce((SELECT string_agg(body, ',' ORDER BY created_at DESC, id DESC) FROM page), '')
    || '],"total":' || total || ',"limit":' || :limit::int || ',"offset":' || :offset::int || '}' AS body
FROM counted

-- name: list_webhooks
WITH counted AS (
    SELECT count(*) AS total FROM webhook_deliveries AS d WHERE d.merchant_id = :merchant_id::text
      -- include delivery_filter
),
-- include page_at_offset

-- name: list_all_webhooks
-- The same without a filter: no delivery is ever deleted, so those of hours that are closed have been counted.
WITH closed AS (
    -- include activity_until
), counted AS (
    SELECT (
        SELECT coalesce(sum(h.count), 0) FROM activity_hours AS h, closed AS c
        WHERE h.merchant_id = :merchant_id::text AND h.kind = 'delivery' AND h.hour < c.until
    ) + (
        SELECT count(*) FROM webhook_deliveries AS d
        WHERE d.merchant_id = :merchant_id::text AND d.created_at >= (SELECT until FROM closed)
    ) AS total
),
-- include page_at_offset

-- name: get_webhook
-- One delivery with each of its attempts, the latest first.
SELECT
    left(webhook_delivery_json(d)::text, -1) || ',"request_body":' || to_json(e.body)::text || ',"attempt_log":['
    || coalesce(
        (
            SELECT string_agg(webhook_attempt_json(a)::text, ',' ORDER BY a.number DESC) FROM (
                SELECT * FROM webhook_attempts WHERE delivery_id = d.id ORDER BY number DESC LIMIT :limit::int
            ) AS a
        ), ''
    ) || ']}' AS body
FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
WHERE d.id = :delivery_id::text AND d.merchant_id = :merchant_id::text

-- name: request_webhook_retry
-- A new run at once, whatever became of the ones before. No row: the merchant has no such delivery. A row without a body:
-- its endpoint is not enabled, or the key is taken.
WITH the_delivery AS (
    SELECT * FROM webhook_deliveries
    WHERE id = :delivery_id::text AND merchant_id = :merchant_id::text FOR NO KEY UPDATE
), the_endpoint AS (
    SELECT w.status FROM webhook_endpoints AS w JOIN the_delivery AS d ON d.endpoint_id = w.id
), draft AS (
    SELECT d.* FROM the_delivery AS t, the_endpoint AS w, json_populate_record(
        t::webhook_deliveries,
        json_build_object(
            'run', t.run + 1,
            'run_attempts', 0,
            'status', 'pending',
            'next_attempt_at', date_trunc('milliseconds', now()),
            'execution_arn', NULL,
            'replay_id', NULL
        )
    ) AS d WHERE w.status = 'enabled'
), reply AS (
    SELECT d.merchant_id, 202 AS status, webhook_delivery_json(d::webhook_deliveries)::text AS body FROM draft AS d
), answered AS (
    -- include take_key
), requested AS (
    UPDATE webhook_deliveries AS t SET
        run = d.run, run_attempts = d.run_attempts, status = d.status, next_attempt_at = d.next_attempt_at,
        execution_arn = d.execution_arn, replay_id = d.replay_id, updated_at = now()
    FROM draft AS d WHERE t.id = d.id AND (:key::text IS NULL OR EXISTS (SELECT FROM answered))
    RETURNING t.id
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT 'webhooks', id, now() + :resend_after_seconds::int * interval '1 second' FROM requested
    ON CONFLICT (queue, subject_id) DO UPDATE SET due_at = excluded.due_at, resends = 0
)
SELECT (SELECT r.body FROM reply AS r, requested) AS body, w.status AS endpoint_status FROM the_endpoint AS w

-- name: replay_webhooks
-- A new run for every delivery that the filter finds and that is not under way, or, dry, only how many there are. Without a
-- body: there are more than may be, the one endpoint that is named is not enabled, or the key is taken. The first jobs
-- are sent at once, the others are the sweeper's.
WITH chosen AS (
    SELECT d.id FROM webhook_deliveries AS d JOIN webhook_endpoints AS w ON w.id = d.endpoint_id
    WHERE d.merchant_id = :merchant_id::text AND d.status = ANY(:statuses::text[])
      AND w.status = 'enabled' -- unless endpoint_id
      AND (w.status = 'enabled' OR :dry_run::boolean) -- if endpoint_id
      -- include delivery_filter
    ORDER BY d.created_at, d.id LIMIT :deliveries_max::int + 1
    FOR NO KEY UPDATE OF d
), counted AS (
    SELECT count(*) AS count FROM chosen
), the_endpoint AS (
    SELECT
        (
            SELECT status FROM webhook_endpoints
            WHERE merchant_id = :merchant_id::text AND status <> 'deleted'
              AND id = :endpoint_id::text -- if endpoint_id
              AND false -- unless endpoint_id
        ) AS status
), draft AS (
    SELECT d.* FROM counted AS c, the_endpoint AS w,
        json_populate_record(NULL::webhook_replays, json_build_object(
            'id', :replay_id::text,
            'merchant_id', :merchant_id::text,
            'total', c.count,
            'created_at', date_trunc('milliseconds', now())
        )) AS d
    WHERE c.count <= :deliveries_max::int
      AND (w.status = 'enabled' OR :dry_run::boolean AND w.status IS NOT NULL) -- if endpoint_id
), reply AS (
    SELECT
        d.merchant_id,
        CASE WHEN :dry_run::boolean THEN 200 ELSE 202 END AS status,
        CASE
            WHEN :dry_run::boolean THEN '{"dry_run":true,"count":' || d.total || '}'
            ELSE webhook_replay_json(ROW(d.id, d.merchant_id, d.total, d.created_at)::webhook_replays, 0, 0)::text
        END AS body
    FROM draft AS d
), answered AS (
    -- include take_key
), replay AS (
    INSERT INTO webhook_replays (id, merchant_id, total, created_at)
    SELECT d.id, d.merchant_id, d.total, d.created_at FROM draft AS d
    WHERE NOT :dry_run::boolean AND (:key::text IS NULL OR EXISTS (SELECT FROM answered))
    RETURNING id
), replayed AS (
    UPDATE webhook_deliveries AS d SET
        run = d.run + 1, run_attempts = 0, status = 'pending', next_attempt_at = date_trunc('milliseconds', now()),
        execution_arn = NULL, replay_id = r.id, updated_at = now()
    FROM chosen AS c, replay AS r WHERE d.id = c.id
    RETURNING d.id, d.created_at
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM replayed
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT
        'webhooks', id,
        now() + CASE WHEN number <= :send_max::int THEN :resend_after_seconds::int ELSE 0 END * interval '1 second'
    FROM numbered
    ON CONFLICT (queue, subject_id) DO UPDATE SET due_at = excluded.due_at, resends = 0
)
SELECT
    (
        SELECT r.body FROM reply AS r
        WHERE (:dry_run::boolean OR EXISTS (SELECT FROM replay)) AND (:key::text IS NULL OR EXISTS (SELECT FROM answered))
    ) AS body,
    c.count,
    w.status AS endpoint_status,
    (SELECT string_agg(id, ',' ORDER BY number) FROM numbered WHERE number <= :send_max::int) AS delivery_ids
FROM counted AS c, the_endpoint AS w

-- name: get_webhook_replay
SELECT webhook_replay_json(
    r,
    r.total - (SELECT count(*) FROM webhook_deliveries AS d WHERE d.replay_id = r.id AND d.status = 'pending'),
    (SELECT count(*) FROM webhook_deliveries AS d WHERE d.replay_id = r.id AND d.status = 'delivered')
)::text AS body
FROM webhook_replays AS r WHERE r.id = :replay_id::text AND r.merchant_id = :merchant_id::text
