-- fragment: recent_payments
-- The last hours' payments, the latest two thousand of each merchant and ten thousand in all, of other merchants each time.
recent_payment AS (
    SELECT p.* FROM (SELECT id FROM merchants ORDER BY random()) AS m CROSS JOIN LATERAL (
        SELECT * FROM payments
        WHERE merchant_id = m.id AND created_at > now() - :window_hours::int * interval '1 hour'
        ORDER BY created_at DESC, id DESC LIMIT 2000
    ) AS p LIMIT 10000
)

-- fragment: recent_refunds
-- The same of refunds, whenever their payments were.
recent_refund AS (
    SELECT r.* FROM (SELECT id FROM merchants ORDER BY random()) AS m CROSS JOIN LATERAL (
        SELECT * FROM refunds
        WHERE merchant_id = m.id AND created_at > now() - :window_hours::int * interval '1 hour'
        ORDER BY created_at DESC, id DESC LIMIT 2000
    ) AS r LIMIT 10000
)

-- fragment: verdict
-- For the CTEs checked and broken (id).
SELECT
    (SELECT count(*) FROM checked) AS checked,
    (SELECT count(*) FROM broken) AS violations,
    (SELECT string_agg(id, ',' ORDER BY id) FROM (SELECT id FROM broken ORDER BY id LIMIT 5) AS b) AS examples

-- name: check_events_tell_each_status
-- A refused capture leaves the status, so its event may be there any number of times.
WITH
-- include recent_payments
,
-- include recent_refunds
, checked AS (
    SELECT p.id, p.status, e.types FROM recent_payment AS p CROSS JOIN LATERAL (
        SELECT string_agg(split_part(type, '.', 2), ' ' ORDER BY sequence) AS types FROM events
        WHERE payment_id = p.id AND refund_id IS NULL AND type <> 'payment.capture_failed'
    ) AS e
    UNION ALL
    SELECT r.id, 'refund ' || r.status, e.types FROM recent_refund AS r CROSS JOIN LATERAL (
        SELECT string_agg(split_part(type, '.', 2), ' ' ORDER BY sequence) AS types FROM events
        WHERE payment_id = r.payment_id AND refund_id = r.id
    ) AS e
), broken AS (
    SELECT c.id FROM checked AS c JOIN (VALUES
        ('pending', 'created pending'),
        ('processing', 'created pending'),
        ('success', 'created pending success'),
        ('failed', 'created pending failed'),
        ('authorized', 'created pending authorized'),
        ('captured', 'created pending authorized captured'),
        ('cancelled', 'created pending authorized cancelled'),
        ('refund pending', 'created'),
        ('refund processed', 'created processed'),
        ('refund failed', 'created failed')
    ) AS told (status, types) ON told.status = c.status
    WHERE c.types IS DISTINCT FROM told.types
)
-- include verdict

-- name: check_sequences_without_gaps
WITH
-- include recent_payments
, checked AS (
    SELECT p.id, p.event_sequence, e.count, e.first, e.last FROM recent_payment AS p CROSS JOIN LATERAL (
        SELECT count(*) AS count, min(sequence) AS first, max(sequence) AS last FROM events WHERE payment_id = p.id
    ) AS e
), broken AS (
    SELECT id FROM checked WHERE (count, first, last) IS DISTINCT FROM (event_sequence::bigint, 1, event_sequence)
)
-- include verdict

-- name: check_events_reach_their_endpoints
-- What an endpoint wanted is known where it has not changed since; ten seconds are more than any statement may take that did
-- not see a change. A test goes to the endpoint that it is of, whatever that wants. Nothing goes to another merchant's.
WITH checked AS (
    SELECT e.* FROM (SELECT id FROM merchants ORDER BY random()) AS m CROSS JOIN LATERAL (
        SELECT id, merchant_id, type, endpoint_id, created_at FROM events
        WHERE merchant_id = m.id AND created_at > now() - :window_hours::int * interval '1 hour'
        ORDER BY created_at DESC, id DESC LIMIT 2000
    ) AS e LIMIT 10000
), broken AS (
    SELECT e.id FROM checked AS e CROSS JOIN LATERAL (
        SELECT
            coalesce(
        -- include endpoint_wants_event
            , false) AS wanted,
            EXISTS (SELECT FROM webhook_deliveries AS d WHERE d.event_id = e.id AND d.endpoint_id = w.id) AS sent
        FROM webhook_endpoints AS w
        WHERE w.merchant_id = e.merchant_id AND w.status <> 'deleted'
          AND w.updated_at < e.created_at - interval '10 seconds'
    ) AS w
    WHERE e.type <> 'endpoint.test'
    GROUP BY e.id HAVING bool_or(w.wanted <> w.sent)
    UNION
    SELECT e.id FROM checked AS e
    JOIN webhook_deliveries AS d ON d.event_id = e.id
    JOIN webhook_endpoints AS w ON w.id = d.endpoint_id
    WHERE (d.merchant_id, w.merchant_id) <> (e.merchant_id, e.merchant_id)
)
-- include verdict

-- name: check_books_balance
WITH
-- include recent_payments
, checked AS (
    SELECT * FROM recent_payment
),
-- include ledger_differences
, broken AS (
    SELECT DISTINCT payment_id AS id FROM difference
)
-- include verdict

-- name: check_refunds_within_captures
-- Of payments of these hours and payments with refunds of these hours.
WITH
-- include recent_payments
,
-- include recent_refunds
, checked AS (
    SELECT id FROM recent_payment WHERE amount_captured_minor IS NOT NULL
    UNION
    SELECT payment_id FROM recent_refund
), broken AS (
    SELECT c.id FROM checked AS c CROSS JOIN LATERAL (
        SELECT p.amount_captured_minor, p.amount_refunded_minor FROM payments AS p WHERE p.id = c.id
    ) AS p CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_minor) FILTER (WHERE status <> 'failed'), 0) AS held_minor
        FROM refunds WHERE payment_id = c.id
    ) AS r
    WHERE r.held_minor > coalesce(p.amount_captured_minor, 0)
       OR r.held_minor <> coalesce(p.amount_refunded_minor, 0)
)
-- include verdict

-- name: check_one_success_per_order
-- By what orders say, rather than by the flag of payments that the unique index goes by.
WITH
-- include recent_payments
, checked AS (
    SELECT DISTINCT p.order_id AS id FROM recent_payment AS p CROSS JOIN LATERAL (
        SELECT reusable FROM orders WHERE id = p.order_id
    ) AS o
    WHERE NOT o.reusable AND p.status IN ('success', 'authorized', 'captured')
), broken AS (
    SELECT c.id FROM checked AS c CROSS JOIN LATERAL (
        SELECT count(*) AS count FROM payments
        WHERE order_id = c.id AND status IN ('success', 'authorized', 'captured')
    ) AS p
    WHERE p.count > 1
)
-- include verdict

-- name: check_pending_work_is_scheduled
WITH
-- include recent_payments
,
-- include recent_refunds
, recent_delivery AS (
    SELECT d.* FROM (SELECT id FROM merchants ORDER BY random()) AS m CROSS JOIN LATERAL (
        SELECT id FROM webhook_deliveries
        WHERE merchant_id = m.id AND status = 'pending' AND created_at > now() - :window_hours::int * interval '1 hour'
        ORDER BY created_at DESC, id DESC LIMIT 2000
    ) AS d LIMIT 10000
), checked AS (
    SELECT 'payments' AS queue, id FROM recent_payment
    WHERE status IN ('pending', 'processing') OR void_status = 'pending' OR requested IS NOT NULL
    UNION ALL
    SELECT 'refunds', id FROM recent_refund WHERE status = 'pending'
    UNION ALL
    SELECT 'webhooks', id FROM recent_delivery
), broken AS (
    SELECT c.id FROM checked AS c LEFT JOIN LATERAL (
        SELECT subject_id FROM outbox WHERE queue = c.queue AND subject_id = c.id
    ) AS o ON true
    WHERE o.subject_id IS NULL
)
-- include verdict
