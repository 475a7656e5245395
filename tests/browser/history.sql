-- Malabar Coffee with all that Paygate would have written for its payments, which are in the table `past`: one transaction.

INSERT INTO merchants (id, name, email, created_at)
VALUES ('merchant_malabar', 'Malabar Coffee', 'shop@malabar.example', now() - interval '90 days');

INSERT INTO webhook_endpoints (id, merchant_id, url, secret_encrypted, status, created_at, updated_at)
SELECT 'whe_malabar', id, 'https://malabar.example/webhooks/paygate', '', 'enabled', created_at, created_at
FROM merchants WHERE id = 'merchant_malabar';

INSERT INTO orders (id, merchant_id, amount_minor, currency, status, created_at)
SELECT
    'order' || substr(id, 4), 'merchant_malabar', amount_minor, 'INR',
    CASE WHEN failure_reason IS NULL THEN 'paid' ELSE 'created' END, created_at - interval '40 seconds'
FROM past;

INSERT INTO payments (
    id, order_id, merchant_id, amount_minor, currency, method, vpa, card_network, card_last4, card_expiry_month,
    card_expiry_year, card_fingerprint, status, exclusive, failure_reason, acquirer_reference, event_sequence,
    amount_captured_minor, amount_refunded_minor, fee_minor, created_at, updated_at
)
SELECT
    p.id, 'order' || substr(p.id, 4), 'merchant_malabar', p.amount_minor, 'INR', p.method, p.vpa, p.card_network,
    p.card_last4, c.expiry_month, c.expiry_year, c.fingerprint, s.status, true, p.failure_reason,
    'sim' || substr(p.id, 4), CASE WHEN p.refunded_at IS NULL THEN 3 ELSE 5 END,
    s.captured * p.amount_minor, s.captured * p.refunded_minor, s.captured * 0, p.created_at, p.settled_at
FROM past AS p
JOIN (VALUES (true, 'success', 1), (false, 'failed', NULL)) AS s (succeeded, status, captured)
    ON s.succeeded = (p.failure_reason IS NULL)
LEFT JOIN LATERAL (SELECT 12, 2040, sha256(p.card_last4::bytea) WHERE p.method = 'card')
    AS c (expiry_month, expiry_year, fingerprint) ON true;

INSERT INTO refunds (
    id, payment_id, merchant_id, amount_minor, currency, reason, status, acquirer_reference, created_at, updated_at
)
SELECT
    'rfnd' || substr(id, 4), id, 'merchant_malabar', refunded_minor, 'INR', refund_reason, 'processed',
    'sim' || substr(id, 4), refunded_at, refunded_at + interval '3 seconds'
FROM past WHERE refunded_at IS NOT NULL;

INSERT INTO events (id, merchant_id, payment_id, refund_id, sequence, type, created_at, body)
SELECT 'evt' || substr(payment_id, 4, 22) || sequence, 'merchant_malabar', payment_id, refund_id, sequence, type, at, body
FROM (
    SELECT p.id, NULL, e.sequence, e.type, e.at, payment_event_body(e.type, e.at, json_populate_record(p, e.was))
    FROM payments AS p CROSS JOIN LATERAL (
        SELECT
            json_build_object(
                'status', 'pending', 'failure_reason', NULL, 'amount_captured_minor', NULL, 'amount_refunded_minor', NULL
            ) AS open,
            json_build_object('amount_refunded_minor', 0 * p.amount_refunded_minor) AS settled
    ) AS as_it CROSS JOIN LATERAL (VALUES
        (1, 'payment.created', p.created_at, open),
        (2, 'payment.pending', p.created_at, open),
        (3, 'payment.' || p.status, p.updated_at, settled)
    ) AS e (sequence, type, at, was)
    WHERE p.merchant_id = 'merchant_malabar'
    UNION ALL
    SELECT r.payment_id, r.id, e.sequence, e.type, e.at, refund_event_body(e.type, e.at, json_populate_record(r, e.was))
    FROM refunds AS r CROSS JOIN LATERAL (VALUES
        (4, 'refund.created', r.created_at, json_build_object('status', 'pending')),
        (5, 'refund.processed', r.updated_at, json_build_object())
    ) AS e (sequence, type, at, was)
    WHERE r.merchant_id = 'merchant_malabar'
) AS e (payment_id, refund_id, sequence, type, at, body)
ORDER BY at;

INSERT INTO journals (id, merchant_id, currency, type, amount_minor, payment_id, refund_id, created_at)
SELECT 'jrn' || substr(payment_id, 4, 22) || place, 'merchant_malabar', 'INR', type, amount_minor, payment_id, refund_id, at
FROM (
    SELECT 1, 'capture', amount_captured_minor, id, NULL, updated_at FROM payments
    WHERE merchant_id = 'merchant_malabar' AND status = 'success'
    UNION ALL
    SELECT j.place, j.type, r.amount_minor, r.payment_id, r.id, j.at
    FROM refunds AS r CROSS JOIN LATERAL (
        VALUES (2, 'refund', r.created_at), (3, 'refund_processed', r.updated_at)
    ) AS j (place, type, at)
    WHERE r.merchant_id = 'merchant_malabar'
) AS j (place, type, amount_minor, payment_id, refund_id, at);

INSERT INTO ledger_entries (journal_id, account, merchant_id, currency, amount_minor)
SELECT j.id, e.account, j.merchant_id, j.currency, e.amount_minor
FROM journals AS j CROSS JOIN LATERAL journal_entries(j.type, j.amount_minor) AS e
WHERE j.merchant_id = 'merchant_malabar';

-- One in 400 has not arrived, of those that are old enough to have been given up.
INSERT INTO webhook_deliveries (
    id, event_id, endpoint_id, merchant_id, event_type, payment_id, status, attempts, run_attempts, created_at, updated_at
)
SELECT
    'whd' || substr(e.id, 4), e.id, 'whe_malabar', e.merchant_id, e.type, e.payment_id, d.status, d.attempts, d.attempts,
    e.created_at, e.created_at + interval '1 second'
FROM (
    SELECT *, row_number() OVER (ORDER BY created_at, id) AS number FROM events WHERE merchant_id = 'merchant_malabar'
) AS e
JOIN (VALUES (true, 'exhausted', 10), (false, 'delivered', 1)) AS d (lost, status, attempts)
    ON d.lost = (e.number % 400 = 0 AND e.created_at < now() - interval '4 days');

INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, response_status, response_body)
SELECT
    id, number, created_at + (number - 1) * interval '8 hours', 60 + abs(hashtext(id)) % 90,
    CASE status WHEN 'delivered' THEN 200 ELSE 503 END, ''
FROM webhook_deliveries CROSS JOIN LATERAL generate_series(1, attempts) AS number
WHERE merchant_id = 'merchant_malabar';
