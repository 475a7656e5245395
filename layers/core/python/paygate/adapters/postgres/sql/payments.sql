-- name: create_payment
-- Row, events, deliveries, outbox and idempotency key in one transaction. No row: the merchant has no such order. A row
-- without a body: the order takes no payment, or, if its status is created, the key is taken. The key's row holds the
-- answer, so the payment is drafted first. A link to pay by names the payee; the answer keeps the name, since the merchant
-- may have another one when it is given again.
WITH the_order AS (
    SELECT id, merchant_id, amount_minor, currency, reusable, capture, order_status(o) AS status
    FROM orders AS o WHERE id = :order_id::text AND merchant_id = :merchant_id::text
), draft AS (
    SELECT d.* FROM the_order AS o, json_populate_record(NULL::payments, json_build_object(
        'id', :payment_id::text,
        'order_id', o.id,
        'merchant_id', o.merchant_id,
        'amount_minor', o.amount_minor,
        'currency', o.currency,
        'method', :method::text,
        'vpa', :vpa::text,
        'card_network', :card_network::text,
        'card_last4', :card_last4::text,
        'card_expiry_month', :card_expiry_month::int,
        'card_expiry_year', :card_expiry_year::int,
        'card_fingerprint', '\x' || :card_fingerprint::text,
        'capture', o.capture,
        'exclusive', NOT o.reusable,
        'status', 'pending',
        'unanswered', 0,
        'event_sequence', 2,
        'created_at', date_trunc('milliseconds', now()),
        'updated_at', now()
    )) AS d WHERE o.status = 'created'
), reply AS (
    SELECT
        d.merchant_id, 201 AS status,
        CASE WHEN d.method = 'upi' AND d.vpa IS NULL THEN
            left(payment_json(d::payments)::text, -1) || ',"payee_name":'
            || (SELECT to_json(m.name)::text FROM merchants AS m WHERE m.id = d.merchant_id) || '}'
        ELSE payment_json(d::payments)::text END AS body
    FROM draft AS d
), answered AS (
    -- include take_key
), payment AS (
    INSERT INTO payments SELECT d.* FROM draft AS d WHERE :key::text IS NULL OR EXISTS (SELECT FROM answered)
    RETURNING *
), event AS (
    INSERT INTO events (id, merchant_id, payment_id, sequence, type, body)
    SELECT kind.event_id, p.merchant_id, p.id, kind.sequence, kind.type, payment_event_body(kind.type, now(), p::payments)
    FROM payment AS p, (
        VALUES (:created_event_id::text, 1, 'payment.created'), (:pending_event_id::text, 2, 'payment.pending')
    ) AS kind (event_id, sequence, type)
    RETURNING id, merchant_id, type, payment_id, endpoint_id
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT 'payments', id, now() + :resend_after_seconds::int * interval '1 second' FROM payment
),
-- include deliver
SELECT
    (SELECT r.body FROM reply AS r, payment) AS body,
    status AS order_status,
    (SELECT string_agg(id, ',') FROM delivery) AS delivery_ids
FROM the_order

-- name: get_payment
SELECT payment_json(payments)::text AS body
FROM payments WHERE id = :payment_id::text AND merchant_id = :merchant_id::text

-- name: get_payment_timeline
-- Every event of a payment in order; no row for a payment that the merchant does not have, as each has two events.
SELECT '{"data":[' || string_agg(json_strip_nulls(row_to_json(entry))::text, ',' ORDER BY sequence) || ']}' AS body FROM (
    SELECT e.id, e.type, e.sequence, e.refund_id, iso8601(e.created_at) AS created_at
    FROM events AS e WHERE e.payment_id = :payment_id::text AND e.merchant_id = :merchant_id::text
) AS entry
HAVING count(*) > 0

-- name: claim_payments
-- Take the payments that are still open, or whose money is to be captured or given back, and that no other consumer
-- holds; the outbox stays silent for as long. Rows that another consumer is taking right now are passed over, so that two claims
-- cannot wait for each other. `payable` is whether the order still takes this payment, which only the settlement
-- decides for good; `too_late` is whether the shopper no longer expects to be charged.
WITH free AS (
    SELECT id, status FROM payments
    WHERE id = ANY(:payment_ids::text[])
      AND (status IN ('pending', 'processing') OR void_status = 'pending' OR requested IS NOT NULL)
      AND (claimed_until IS NULL OR claimed_until < now())
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE payments AS p SET
        status = CASE WHEN p.status = 'pending' THEN 'processing' ELSE p.status END,
        claimed_until = now() + :lease_seconds::int * interval '1 second',
        updated_at = now()
    FROM free WHERE p.id = free.id
    RETURNING
        p.id, p.order_id, p.exclusive, p.amount_minor, p.currency, p.capture, p.method, p.vpa, p.card_last4,
        p.created_at, free.status <> 'pending' AS claimed_before, coalesce(p.void_status = 'pending', false) AS voiding,
        p.requested, p.requested_amount_minor
), postponed AS (
    UPDATE outbox SET due_at = now() + 2 * :lease_seconds::int * interval '1 second', resends = 0
    FROM claimed WHERE queue = 'payments' AND subject_id = claimed.id
)
SELECT
    c.id, c.amount_minor, c.currency, c.capture, c.method, c.vpa, c.card_last4, c.claimed_before, c.voiding,
    c.requested, c.requested_amount_minor,
    c.created_at < now() - :charge_within_seconds::int * interval '1 second' AS too_late,
    NOT c.exclusive OR o.status IN ('created', 'expired') AS payable
FROM claimed AS c JOIN orders AS o ON o.id = c.order_id

-- name: find_finished_payments
-- Of these payments, those for which nothing is left to do.
SELECT id FROM payments
WHERE id = ANY(:payment_ids::text[]) AND status NOT IN ('pending', 'processing')
  AND void_status IS DISTINCT FROM 'pending' AND requested IS NULL

-- name: settle_payments
-- A whole batch in one transaction: statuses, orders, events, deliveries, outbox. The first success of an order that
-- is not reusable wins; any other one fails with order_already_paid, and its money is to be given back, as is that of
-- a payment that fails while a charge may still be on its way. What is captured is booked. A payment without a word is
-- asked about later, after 5 seconds at first and a quarter of an hour at most. Orders are locked in the order of their
-- ids, so that two batches cannot wait for each other.
WITH input AS (
    SELECT * FROM json_to_recordset(:outcomes::json) AS r (
        payment_id text, event_id text, kind text, succeeded boolean, failure_reason text, acquirer_reference text,
        charge_in_air boolean
    )
), contested AS (
    SELECT id, status FROM orders
    WHERE NOT reusable AND id IN (
        SELECT p.order_id FROM payments AS p JOIN input AS i ON i.payment_id = p.id WHERE i.succeeded
    )
    ORDER BY id FOR NO KEY UPDATE
), decided AS (
    SELECT
        i.*,
        i.succeeded AND (
            NOT p.exclusive
            OR c.status IN ('created', 'expired')
                AND 1 = row_number() OVER (PARTITION BY p.order_id, i.succeeded ORDER BY p.id)
        ) AS wins,
        p.capture = 'automatic' AS captures,
        m.fee_basis_points
    FROM input AS i
    JOIN payments AS p ON p.id = i.payment_id AND p.status = 'processing'
    JOIN merchants AS m ON m.id = p.merchant_id
    LEFT JOIN contested AS c ON c.id = p.order_id
    WHERE i.kind = 'decided'
), settled AS (
    UPDATE payments AS p SET
        status = CASE
            WHEN NOT d.wins THEN 'failed' WHEN d.captures THEN 'success' ELSE 'authorized'
        END,
        failure_reason = CASE
            WHEN d.wins THEN NULL WHEN d.succeeded THEN 'order_already_paid' ELSE d.failure_reason
        END,
        void_status = CASE WHEN NOT d.wins AND (d.succeeded OR d.charge_in_air) THEN 'pending' END,
        acquirer_reference = d.acquirer_reference,
        amount_captured_minor = CASE WHEN d.wins AND d.captures THEN p.amount_minor END,
        amount_refunded_minor = CASE WHEN d.wins AND d.captures THEN 0 END,
        fee_minor = CASE WHEN d.wins AND d.captures THEN payment_fee(p.amount_minor, d.fee_basis_points) END,
        capture_before = CASE
            WHEN d.wins AND NOT d.captures
            THEN date_trunc('milliseconds', now() + :authorization_seconds::int * interval '1 second')
        END,
        claimed_until = NULL,
        event_sequence = p.event_sequence + 1,
        updated_at = now()
    FROM decided AS d WHERE p.id = d.payment_id AND p.status = 'processing'
    RETURNING p.*
), voided AS (
    UPDATE payments AS p SET void_status = 'done', claimed_until = NULL, updated_at = now()
    FROM input AS i WHERE p.id = i.payment_id AND i.kind = 'voided' AND p.void_status = 'pending'
    RETURNING p.id
), unanswered AS (
    UPDATE payments AS p SET
        unanswered = p.unanswered + 1,
        claimed_until = now() + least(900, 5 * (1 << least(p.unanswered, 8))) * interval '1 second',
        updated_at = now()
    FROM input AS i
    WHERE p.id = i.payment_id AND i.kind = 'undecided'
      AND (p.status = 'processing' OR p.void_status = 'pending' OR p.requested IS NOT NULL)
    RETURNING p.id, p.claimed_until, ceil(extract(epoch FROM p.claimed_until - now()))::int AS delay_seconds
), paid AS (
    UPDATE orders SET status = CASE WHEN s.status = 'authorized' THEN 'authorized' ELSE 'paid' END
    FROM settled AS s WHERE orders.id = s.order_id AND s.status IN ('success', 'authorized') AND s.exclusive
), event AS (
    INSERT INTO events (id, merchant_id, payment_id, sequence, type, body)
    SELECT i.event_id, s.merchant_id, s.id, s.event_sequence, t.type, payment_event_body(t.type, now(), s::payments)
    FROM settled AS s JOIN input AS i ON i.payment_id = s.id
    CROSS JOIN LATERAL (SELECT 'payment.' || s.status) AS t (type)
    RETURNING id, merchant_id, type, payment_id, endpoint_id
), done AS (
    DELETE FROM outbox WHERE queue = 'payments' AND subject_id IN (
        SELECT id FROM settled WHERE void_status IS NULL UNION ALL SELECT id FROM voided
    )
), open AS (
    UPDATE outbox SET due_at = o.due_at, resends = 0
    FROM (
        SELECT id, now() + :resend_after_seconds::int * interval '1 second' AS due_at, 0 AS delay_seconds
        FROM settled WHERE void_status = 'pending'
        UNION ALL
        SELECT id, claimed_until + :resend_after_seconds::int * interval '1 second', delay_seconds FROM unanswered
    ) AS o
    WHERE queue = 'payments' AND subject_id = o.id
    RETURNING o.id, o.delay_seconds
),
-- include post_captures
,
-- include deliver
SELECT
    (SELECT json_agg(json_build_object('id', id, 'status', status)) FROM settled) AS settled,
    (SELECT json_agg(json_build_object('id', id, 'delay_seconds', delay_seconds)) FROM open) AS jobs,
    (SELECT string_agg(id, ',') FROM delivery) AS delivery_ids

-- name: list_payments
WITH cursor AS (
    SELECT created_at, id FROM payments WHERE merchant_id = :merchant_id::text
      AND id = :starting_after::text -- if starting_after
      AND id = :ending_before::text -- if ending_before
), page AS (
    SELECT created_at, id, payment_json(payments)::text AS body FROM payments WHERE merchant_id = :merchant_id::text
      -- include after_cursor
      AND status = :status::text -- if status
      AND method = :method::text -- if method
      AND order_id = :order_id::text -- if order_id
      AND left(lower(vpa), 321) = lower(:vpa::text) -- if vpa
      AND card_last4 = :card_last4::text -- if card_last4
      -- include created_range
    -- include from_cursor
    LIMIT :limit::int + 1
)
-- include page_reply
