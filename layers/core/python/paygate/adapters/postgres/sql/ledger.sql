-- fragment: post
-- For the CTE posting (merchant_id, currency, type, amount_minor, payment_id, refund_id): a journal for each row that has an
-- amount, with its entries.
journal AS (
    INSERT INTO journals (id, merchant_id, currency, type, amount_minor, payment_id, refund_id)
    SELECT new_id('jrn'), merchant_id, currency, type, amount_minor, payment_id, refund_id
    FROM posting WHERE amount_minor > 0
    RETURNING *
), entry AS (
    INSERT INTO ledger_entries (journal_id, merchant_id, currency, account, amount_minor)
    SELECT j.id, j.merchant_id, j.currency, e.account, e.amount_minor
    FROM journal AS j CROSS JOIN LATERAL journal_entries(j.type, j.amount_minor) AS e
)

-- fragment: post_captures
-- For the CTE settled, of payments: what has been captured, and what that costs.
posting AS (
    SELECT
        merchant_id, currency, 'capture' AS type, amount_captured_minor AS amount_minor, id AS payment_id,
        NULL::text AS refund_id
    FROM settled
    UNION ALL
    SELECT merchant_id, currency, 'fee', fee_minor, id, NULL FROM settled
),
-- include post

-- name: list_ledger
WITH cursor AS (
    SELECT created_at, id FROM journals WHERE merchant_id = :merchant_id::text
      AND id = :starting_after::text -- if starting_after
      AND id = :ending_before::text -- if ending_before
), page AS (
    SELECT created_at, id, journal_json(journals)::text AS body FROM journals WHERE merchant_id = :merchant_id::text
      -- include after_cursor
      AND payment_id = :payment_id::text -- if payment_id
      AND refund_id = :refund_id::text -- if refund_id
    -- include from_cursor
    LIMIT :limit::int + 1
)
-- include page_reply

-- fragment: balances
-- What each merchant's accounts come to by now: up to a moment they are stored, and added to that is what was booked since.
stored AS (
    SELECT merchant_id, currency, account, amount_minor FROM ledger_balances
    WHERE merchant_id = :merchant_id::text -- if merchant_id
), since AS (
    SELECT merchant_id, currency, type, sum(amount_minor)::bigint AS amount_minor FROM journals
    WHERE created_at > (SELECT moment FROM ledger_balances_until)
      AND merchant_id = :merchant_id::text -- if merchant_id
    GROUP BY merchant_id, currency, type
), balance AS (
    SELECT merchant_id, currency, account, sum(amount_minor) AS amount_minor
    FROM (
        SELECT * FROM stored
        UNION ALL
        SELECT s.merchant_id, s.currency, e.account, e.amount_minor
        FROM since AS s CROSS JOIN LATERAL journal_entries(s.type, s.amount_minor) AS e
    ) AS part
    GROUP BY merchant_id, currency, account
)

-- name: get_balance
-- Each account of each currency, as it grows: what is owed is positive, too.
WITH
-- include balances
SELECT list_json(string_agg(row_to_json(wire)::text, ',' ORDER BY currency), false) AS body FROM (
    SELECT
        currency,
        coalesce(sum(amount_minor) FILTER (WHERE account = 'acquirer_receivable'), 0) AS acquirer_receivable,
        coalesce(-sum(amount_minor) FILTER (WHERE account = 'merchant_payable'), 0) AS merchant_payable,
        coalesce(-sum(amount_minor) FILTER (WHERE account = 'refunds_payable'), 0) AS refunds_payable,
        coalesce(-sum(amount_minor) FILTER (WHERE account = 'fees'), 0) AS fees
    FROM balance GROUP BY currency
) AS wire

-- name: advance_balances
-- Move the moment of the stored balances on, by a day at most and never back, and add what was booked in between. Journals bear the time
-- at which their transaction began, and none of ours lasts as long as what is left out.
WITH old AS (
    SELECT moment FROM ledger_balances_until FOR UPDATE
), following AS (
    SELECT
        old.moment AS old_moment,
        greatest(old.moment, least(
            now() - :behind_seconds::int * interval '1 second',
            greatest(old.moment, (SELECT min(created_at) FROM journals)) + interval '1 day'
        )) AS moment
    FROM old
), booked AS (
    SELECT merchant_id, currency, type, sum(amount_minor)::bigint AS amount_minor FROM journals
    WHERE created_at > (SELECT old_moment FROM following) AND created_at <= (SELECT moment FROM following)
    GROUP BY merchant_id, currency, type
), stored AS (
    INSERT INTO ledger_balances AS l (merchant_id, currency, account, amount_minor)
    SELECT b.merchant_id, b.currency, e.account, sum(e.amount_minor)
    FROM booked AS b CROSS JOIN LATERAL journal_entries(b.type, b.amount_minor) AS e
    GROUP BY b.merchant_id, b.currency, e.account
    ON CONFLICT (merchant_id, currency, account) DO UPDATE SET amount_minor = l.amount_minor + excluded.amount_minor
)
UPDATE ledger_balances_until SET moment = following.moment FROM following RETURNING ledger_balances_until.moment

-- name: get_settlements
-- What was booked on one day in UTC, by currency; net is what the merchant is owed for it.
SELECT
    :date::date::text AS date,
    currency,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'capture'), 0)::bigint AS captured,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'refund'), 0)::bigint AS refunded,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'refund_failed'), 0)::bigint AS refunds_failed,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'fee'), 0)::bigint AS fees,
    coalesce(sum(
        CASE WHEN type IN ('capture', 'refund_failed') THEN amount_minor WHEN type IN ('refund', 'fee') THEN -amount_minor END
    ), 0)::bigint AS net,
    count(*) FILTER (WHERE type = 'capture') AS captured_count,
    count(*) FILTER (WHERE type = 'refund') AS refunded_count,
    count(*) FILTER (WHERE type = 'refund_failed') AS refunds_failed_count
FROM journals
WHERE merchant_id = :merchant_id::text
  AND created_at >= :date::date::timestamptz AND created_at < (:date::date + 1)::timestamptz
GROUP BY currency ORDER BY currency

-- name: find_ledger_differences
-- For the next payments by id: what the rows of payments and refunds say of each account against what the ledger says. The
-- last id that was looked at, NULL when there are no more.
WITH checked AS (
    SELECT * FROM payments WHERE id > :after_id::text ORDER BY id LIMIT :limit::int
), expected AS (
    SELECT c.id AS payment_id, e.account, e.amount_minor
    FROM checked AS c
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(amount_minor) FILTER (WHERE status = 'pending'), 0) AS pending_minor,
            coalesce(sum(amount_minor) FILTER (WHERE status = 'processed'), 0) AS processed_minor
        FROM refunds WHERE payment_id = c.id
    ) AS r
    CROSS JOIN LATERAL (VALUES
        ('acquirer_receivable', coalesce(c.amount_captured_minor, 0) - r.processed_minor),
        ('merchant_payable', -coalesce(c.amount_captured_minor - c.amount_refunded_minor - c.fee_minor, 0)),
        ('refunds_payable', -r.pending_minor),
        ('fees', -coalesce(c.fee_minor, 0))
    ) AS e (account, amount_minor)
), booked AS (
    -- One payment at a time: the server, which does not know the limit, would else read all journals.
    SELECT c.id AS payment_id, b.account, b.amount_minor
    FROM checked AS c CROSS JOIN LATERAL (
        SELECT e.account, sum(e.amount_minor) AS amount_minor
        FROM journals AS j JOIN ledger_entries AS e ON e.journal_id = j.id
        WHERE j.payment_id = c.id AND j.merchant_id = c.merchant_id AND j.currency = c.currency
        GROUP BY e.account
    ) AS b
), difference AS (
    SELECT payment_id, account, x.amount_minor AS rows_minor, coalesce(b.amount_minor, 0) AS ledger_minor
    FROM expected AS x LEFT JOIN booked AS b USING (payment_id, account)
    WHERE x.amount_minor <> coalesce(b.amount_minor, 0)
)
SELECT
    (SELECT max(id) FROM checked) AS last_id,
    (SELECT count(*) FROM checked) AS checked,
    (SELECT json_agg(row_to_json(d)) FROM difference AS d) AS differences

-- name: find_merchant_differences
-- The same for each merchant, currency and account as a whole, and for the balances that the API tells.
WITH expected AS (
    SELECT merchant_id, currency, account, sum(amount_minor) AS amount_minor
    FROM (
        SELECT p.merchant_id, p.currency, e.account, e.amount_minor
        FROM payments AS p CROSS JOIN LATERAL (VALUES
            ('acquirer_receivable', p.amount_captured_minor),
            ('merchant_payable', -(p.amount_captured_minor - p.amount_refunded_minor - p.fee_minor)),
            ('fees', -p.fee_minor)
        ) AS e (account, amount_minor)
        WHERE p.amount_captured_minor IS NOT NULL
        UNION ALL
        SELECT
            merchant_id, currency, CASE status WHEN 'pending' THEN 'refunds_payable' ELSE 'acquirer_receivable' END,
            -amount_minor
        FROM refunds WHERE status IN ('pending', 'processed')
    ) AS part GROUP BY merchant_id, currency, account
), booked AS (
    SELECT merchant_id, currency, account, sum(amount_minor) AS amount_minor
    FROM ledger_entries GROUP BY merchant_id, currency, account
),
-- include balances
SELECT DISTINCT merchant_id, currency, account, t.rows_minor::bigint, t.ledger_minor::bigint
FROM expected AS x FULL JOIN booked AS b USING (merchant_id, currency, account)
FULL JOIN balance AS s USING (merchant_id, currency, account)
CROSS JOIN LATERAL (
    VALUES (coalesce(x.amount_minor, 0), coalesce(b.amount_minor, 0)), (coalesce(s.amount_minor, 0), coalesce(b.amount_minor, 0))
) AS t (rows_minor, ledger_minor)
WHERE t.rows_minor <> t.ledger_minor
ORDER BY merchant_id, currency, account

-- name: get_reconcile_position
SELECT position FROM worker_runs WHERE worker = 'reconcile'

-- name: record_reconcile_position
INSERT INTO worker_runs (worker, ran_at, position) VALUES ('reconcile', now(), :position::text)
ON CONFLICT (worker) DO UPDATE SET ran_at = excluded.ran_at, position = excluded.position
