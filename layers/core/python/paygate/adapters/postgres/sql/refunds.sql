-- name: create_refund
-- Row, held amount, event, journal, deliveries, outbox and idempotency key in one transaction. No row: the merchant has no
-- such payment. A row without a body: there is less left than is asked for, or the key is taken. Requests for one payment
-- wait for each other at its row, so that each sees what the others have left.
WITH the_payment AS (
    -- include lock_payment
), draft AS (
    SELECT d.* FROM the_payment AS p, json_populate_record(NULL::refunds, json_build_object(
        'id', :refund_id::text,
        'payment_id', p.id,
        'merchant_id', p.merchant_id,
        'amount_minor', coalesce(:amount_minor::bigint, p.amount_captured_minor - p.amount_refunded_minor),
        'currency', p.currency,
        'reason', :reason::text,
        'status', 'pending',
        'unanswered', 0,
        'created_at', date_trunc('milliseconds', now()),
        'updated_at', now()
    )) AS d
    WHERE d.amount_minor BETWEEN 1 AND p.amount_captured_minor - p.amount_refunded_minor
), reply AS (
    SELECT d.merchant_id, 201 AS status, refund_json(d::refunds)::text AS body FROM draft AS d
), answered AS (
    -- include take_key
), refund AS (
    INSERT INTO refunds SELECT d.* FROM draft AS d WHERE :key::text IS NULL OR EXISTS (SELECT FROM answered)
    RETURNING *
), held AS (
    UPDATE payments AS p SET
        amount_refunded_minor = p.amount_refunded_minor + r.amount_minor,
        event_sequence = p.event_sequence + 1,
        updated_at = now()
    FROM refund AS r WHERE p.id = r.payment_id
    RETURNING p.event_sequence
), event AS (
    INSERT INTO events (id, merchant_id, payment_id, refund_id, sequence, type, body)
    SELECT
        :event_id::text, r.merchant_id, r.payment_id, r.id, held.event_sequence, 'refund.created',
        refund_event_body('refund.created', now(), r::refunds)
    FROM refund AS r, held
    RETURNING id, merchant_id, type, payment_id, endpoint_id
), job AS (
    INSERT INTO outbox (queue, subject_id, due_at)
    SELECT 'refunds', id, now() + :resend_after_seconds::int * interval '1 second' FROM refund
), posting AS (
    SELECT merchant_id, currency, 'refund' AS type, amount_minor, payment_id, id AS refund_id FROM refund
),
-- include post
,
-- include deliver
SELECT
    (SELECT refund_json(r::refunds)::text FROM refund AS r) AS body,
    p.currency, p.amount_captured_minor, p.amount_captured_minor - p.amount_refunded_minor AS left_minor,
    (SELECT string_agg(id, ',') FROM delivery) AS delivery_ids
FROM the_payment AS p

-- name: get_refund
SELECT refund_json(refunds)::text AS body
FROM refunds WHERE id = :refund_id::text AND merchant_id = :merchant_id::text

-- name: list_refunds
WITH cursor AS (
    SELECT created_at, id FROM refunds WHERE merchant_id = :merchant_id::text
      AND id = :starting_after::text -- if starting_after
      AND id = :ending_before::text -- if ending_before
), page AS (
    SELECT created_at, id, refund_json(refunds)::text AS body FROM refunds WHERE merchant_id = :merchant_id::text
      -- include after_cursor
      AND payment_id = :payment_id::text -- if payment_id
      AND status = :status::text -- if status
      -- include created_range
    -- include from_cursor
    LIMIT :limit::int + 1
)
-- include page_reply

-- name: claim_refunds
-- Take the refunds that are still open and that no other consumer holds; the outbox stays silent for as long.
WITH free AS (
    SELECT id, claimed_until FROM refunds
    WHERE id = ANY(:refund_ids::text[]) AND status = 'pending' AND (claimed_until IS NULL OR claimed_until < now())
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE refunds AS r SET claimed_until = now() + :lease_seconds::int * interval '1 second', updated_at = now()
    FROM free WHERE r.id = free.id
    RETURNING r.id, r.payment_id, r.amount_minor, r.currency, r.reason, free.claimed_until IS NOT NULL AS claimed_before
), postponed AS (
    UPDATE outbox SET due_at = now() + 2 * :lease_seconds::int * interval '1 second', resends = 0
    FROM claimed WHERE queue = 'refunds' AND subject_id = claimed.id
)
SELECT c.id, c.payment_id, c.amount_minor, c.currency, c.reason, c.claimed_before, p.acquirer_reference
FROM claimed AS c JOIN payments AS p ON p.id = c.payment_id

-- name: find_finished_refunds
-- Of these refunds, those for which nothing is left to do.
SELECT id FROM refunds WHERE id = ANY(:refund_ids::text[]) AND status <> 'pending'

-- name: settle_refunds
-- A whole batch in one transaction: statuses, freed amounts, events, journals, deliveries, outbox. A failed refund frees
-- its amount. One without a word is asked about later, after 5 seconds at first and a quarter of an hour at most. Payments
-- are locked in the order of their ids, so that two batches cannot wait for each other.
WITH input AS (
    SELECT * FROM json_to_recordset(:outcomes::json) AS r (
        refund_id text, event_id text, kind text, failure_reason text, acquirer_reference text
    )
), locked AS (
    SELECT id FROM payments WHERE id IN (
        SELECT r.payment_id FROM refunds AS r JOIN input AS i ON i.refund_id = r.id WHERE i.kind <> 'undecided'
    )
    ORDER BY id FOR NO KEY UPDATE
), settled AS (
    UPDATE refunds AS r SET
        status = i.kind,
        failure_reason = i.failure_reason,
        acquirer_reference = i.acquirer_reference,
        claimed_until = NULL,
        updated_at = now()
    FROM input AS i, locked AS l
    WHERE r.id = i.refund_id AND r.payment_id = l.id AND r.status = 'pending' AND i.kind <> 'undecided'
    RETURNING r.*
), unanswered AS (
    UPDATE refunds AS r SET
        unanswered = r.unanswered + 1,
        claimed_until = now() + least(900, 5 * (1 << least(r.unanswered, 8))) * interval '1 second',
        updated_at = now()
    FROM input AS i WHERE r.id = i.refund_id AND i.kind = 'undecided' AND r.status = 'pending'
    RETURNING r.id, r.claimed_until, ceil(extract(epoch FROM r.claimed_until - now()))::int AS delay_seconds
), numbered AS (
    SELECT id, payment_id, row_number() OVER (PARTITION BY payment_id ORDER BY id) AS number FROM settled
), freed AS (
    UPDATE payments AS p SET
        amount_refunded_minor = p.amount_refunded_minor - s.freed_minor,
        event_sequence = p.event_sequence + s.events,
        updated_at = now()
    FROM (
        SELECT
            payment_id, count(*)::int AS events, coalesce(sum(amount_minor) FILTER (WHERE status = 'failed'), 0) AS freed_minor
        FROM settled GROUP BY payment_id
    ) AS s WHERE p.id = s.payment_id
    RETURNING p.id, p.event_sequence - s.events AS sequence_before
), event AS (
    INSERT INTO events (id, merchant_id, payment_id, refund_id, sequence, type, body)
    SELECT
        i.event_id, s.merchant_id, s.payment_id, s.id, f.sequence_before + n.number, 'refund.' || s.status,
        refund_event_body('refund.' || s.status, now(), s::refunds)
    FROM settled AS s JOIN input AS i ON i.refund_id = s.id JOIN numbered AS n ON n.id = s.id
    JOIN freed AS f ON f.id = s.payment_id
    RETURNING id, merchant_id, type, payment_id, endpoint_id
), done AS (
    DELETE FROM outbox USING settled WHERE queue = 'refunds' AND subject_id = settled.id
), open AS (
    UPDATE outbox SET
        due_at = u.claimed_until + :resend_after_seconds::int * interval '1 second', resends = 0
    FROM unanswered AS u WHERE queue = 'refunds' AND subject_id = u.id
    RETURNING u.id, u.delay_seconds
), posting AS (
    SELECT merchant_id, currency, 'refund_' || status AS type, amount_minor, payment_id, id AS refund_id FROM settled
),
-- include post
,
-- include deliver
SELECT
    (SELECT json_agg(json_build_object('id', id, 'status', status)) FROM settled) AS settled,
    (SELECT json_agg(json_build_object('id', id, 'delay_seconds', delay_seconds)) FROM open) AS jobs,
    (SELECT string_agg(id, ',') FROM delivery) AS delivery_ids
