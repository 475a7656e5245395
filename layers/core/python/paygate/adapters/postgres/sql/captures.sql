-- fragment: lock_payment
-- The merchant's payment as it is now, which nobody changes until the statement ends.
SELECT * FROM payments WHERE id = :payment_id::text AND merchant_id = :merchant_id::text FOR NO KEY UPDATE

-- fragment: request_action
-- For the CTEs the_payment, of one row at most, and wanted (requested, requested_amount_minor), of one row if the payment
-- takes the request: keep the request, its answer and its job. No row: the merchant has no such payment. A row without a
-- body: the payment does not take the request, or the key is taken.
draft AS (
    SELECT d.* FROM the_payment AS p, wanted AS w, json_populate_record(
        p::payments,
        json_build_object('requested', w.requested, 'requested_amount_minor', w.requested_amount_minor)
    ) AS d
), reply AS (
    SELECT d.merchant_id, 202 AS status, payment_json(d::payments)::text AS body FROM draft AS d
), answered AS (
    -- include take_key
), requested AS (
    UPDATE payments AS p SET
        requested = d.requested, requested_amount_minor = d.requested_amount_minor, unanswered = 0, updated_at = now()
    FROM draft AS d WHERE p.id = d.id AND (:key::text IS NULL OR EXISTS (SELECT FROM answered))
    RETURNING p.id
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT 'payments', id, now() + :resend_after_seconds::int * interval '1 second' FROM requested
)
SELECT
    (SELECT r.body FROM reply AS r, requested) AS body,
    p.status, p.requested AS requested_before, p.amount_minor, p.capture_before <= now() AS too_late
FROM the_payment AS p

-- name: capture_payment
WITH the_payment AS (
    -- include lock_payment
), wanted AS (
    SELECT 'capture' AS requested, coalesce(:amount_minor::bigint, amount_minor) AS requested_amount_minor
    FROM the_payment
    WHERE status = 'authorized' AND requested IS NULL AND capture_before > now()
      AND coalesce(:amount_minor::bigint, amount_minor) <= amount_minor
),
-- include request_action

-- name: cancel_payment
WITH the_payment AS (
    -- include lock_payment
), wanted AS (
    SELECT 'cancel' AS requested, NULL::bigint AS requested_amount_minor
    FROM the_payment WHERE status = 'authorized' AND requested IS NULL
),
-- include request_action

-- name: cancel_expired_authorizations
-- Ask for the cancelling of payments that nobody has captured in time; how many.
WITH expired AS (
    SELECT id FROM payments WHERE status = 'authorized' AND requested IS NULL AND capture_before <= now()
    ORDER BY capture_before LIMIT :limit::int FOR UPDATE SKIP LOCKED
), requested AS (
    UPDATE payments AS p SET requested = 'cancel', unanswered = 0, updated_at = now()
    FROM expired WHERE p.id = expired.id RETURNING p.id
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at) SELECT 'payments', id, now() FROM requested
)
SELECT count(*) AS count FROM requested

-- name: settle_captures
-- What the acquirer said to captures and cancels, a whole batch in one transaction. A cancelled payment gives its order
-- back; a refused capture leaves the payment authorized. Orders are locked in the order of their ids, as settle_payments
-- does it.
WITH input AS (
    SELECT * FROM json_to_recordset(:outcomes::json) AS r (
        payment_id text, event_id text, kind text, failure_reason text
    )
), settled AS (
    UPDATE payments AS p SET
        status = CASE i.kind WHEN 'capture_refused' THEN p.status ELSE i.kind END,
        amount_captured_minor = CASE WHEN i.kind = 'captured' THEN p.requested_amount_minor END,
        amount_refunded_minor = CASE WHEN i.kind = 'captured' THEN 0 END,
        fee_minor = CASE WHEN i.kind = 'captured' THEN payment_fee(p.requested_amount_minor, m.fee_basis_points) END,
        capture_failure_reason = i.failure_reason,
        requested = NULL,
        requested_amount_minor = NULL,
        claimed_until = NULL,
        event_sequence = p.event_sequence + 1,
        updated_at = now()
    FROM input AS i, merchants AS m
    WHERE p.id = i.payment_id AND m.id = p.merchant_id
      AND p.requested = CASE i.kind WHEN 'cancelled' THEN 'cancel' ELSE 'capture' END
    RETURNING p.*
), locked AS (
    SELECT id FROM orders WHERE id IN (SELECT order_id FROM settled WHERE exclusive AND status <> 'authorized')
    ORDER BY id FOR NO KEY UPDATE
), returned AS (
    UPDATE orders SET status = CASE s.status WHEN 'captured' THEN 'paid' ELSE 'created' END
    FROM settled AS s JOIN locked AS l ON l.id = s.order_id
    WHERE orders.id = l.id AND s.exclusive AND s.status <> 'authorized'
), event AS (
    INSERT INTO events (id, merchant_id, payment_id, sequence, type, body)
    SELECT i.event_id, s.merchant_id, s.id, s.event_sequence, t.type, payment_event_body(t.type, now(), s::payments)
    FROM settled AS s JOIN input AS i ON i.payment_id = s.id
    CROSS JOIN LATERAL (SELECT 'payment.' || replace(i.kind, 'refused', 'failed')) AS t (type)
    RETURNING id, merchant_id, type, payment_id, endpoint_id
), done AS (
    DELETE FROM outbox USING settled WHERE queue = 'payments' AND subject_id = settled.id
),
-- include post_captures
,
-- include deliver
SELECT
    (SELECT json_agg(json_build_object('id', id, 'status', status)) FROM settled) AS settled,
    (SELECT string_agg(id, ',') FROM delivery) AS delivery_ids
