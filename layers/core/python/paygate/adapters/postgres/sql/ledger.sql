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

-- fragment: settlement_rows
-- For the CTE booked (date, currency, type, count, amount_minor): a row for each day and currency, the newest day first; net is
-- what the merchant is owed for it.
SELECT
    date::text AS date,
    currency,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'capture'), 0)::bigint AS captured,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'refund'), 0)::bigint AS refunded,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'refund_failed'), 0)::bigint AS refunds_failed,
    coalesce(sum(amount_minor) FILTER (WHERE type = 'fee'), 0)::bigint AS fees,
    coalesce(sum(
        CASE WHEN type IN ('capture', 'refund_failed') THEN amount_minor WHEN type IN ('refund', 'fee') THEN -amount_minor END
    ), 0)::bigint AS net,
    coalesce(sum(count) FILTER (WHERE type = 'capture'), 0)::bigint AS captured_count,
    coalesce(sum(count) FILTER (WHERE type = 'refund'), 0)::bigint AS refunded_count,
    coalesce(sum(count) FILTER (WHERE type = 'refund_failed'), 0)::bigint AS refunds_failed_count
FROM booked GROUP BY date, currency ORDER BY date DESC, currency

-- name: get_settlements
-- What was booked on one day in UTC, by currency, added up from the books themselves.
WITH booked AS (
    SELECT :date::date AS date, currency, type, count(*) AS count, sum(amount_minor) AS amount_minor
    FROM journals
    WHERE merchant_id = :merchant_id::text
      AND created_at >= :date::date::timestamptz AND created_at < (:date::date + 1)::timestamptz
    GROUP BY currency, type
)
-- include settlement_rows

-- name: list_settlements
-- The same of several days, whose hours are closed but for the last: a journal never changes.
WITH closed AS (
    -- include activity_until
), span AS (
    SELECT since, until, least(greatest(since, (SELECT until FROM closed)), until) AS live_since
    FROM (SELECT :first::date::timestamptz AS since, (:last::date + 1)::timestamptz AS until) AS days
), booked AS (
    SELECT h.hour::date AS date, h.currency, h.status AS type, h.count, h.amount_minor
    FROM span AS s JOIN activity_hours AS h
        ON h.merchant_id = :merchant_id::text AND h.kind = 'journal' AND h.hour >= s.since AND h.hour < s.live_since
    UNION ALL
    SELECT j.created_at::date, j.currency, j.type, count(*), sum(j.amount_minor)
    FROM span AS s JOIN journals AS j
        ON j.merchant_id = :merchant_id::text AND j.created_at >= s.live_since AND j.created_at < s.until
    GROUP BY 1, 2, 3
)
-- include settlement_rows

-- fragment: ledger_differences
-- For the CTE checked, of payments: what the rows of payments and refunds say of each account against what the ledger says.
expected AS (
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

-- name: find_ledger_differences
-- For the next payments by id. The last id that was looked at, NULL when there are no more.
WITH checked AS (
    SELECT * FROM payments WHERE id > :after_id::text ORDER BY id LIMIT :limit::int
),
-- include ledger_differences
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
-- Where the next comparison begins (NULL: with the first payment), and what differs of the payments from `after_id` to there:
-- what is new is kept, and what does not differ any more is forgotten.
WITH found AS (
    SELECT * FROM json_to_recordset(:differences::json) AS d (
        payment_id text, account text, rows_minor bigint, ledger_minor bigint
    )
), kept AS (
    INSERT INTO ledger_differences (payment_id, account, rows_minor, ledger_minor)
    SELECT payment_id, account, rows_minor, ledger_minor FROM found
    ON CONFLICT (payment_id, account)
    DO UPDATE SET rows_minor = excluded.rows_minor, ledger_minor = excluded.ledger_minor
), settled AS (
    DELETE FROM ledger_differences AS d
    WHERE d.payment_id > :after_id::text AND (:position::text IS NULL OR d.payment_id <= :position::text)
      AND NOT EXISTS (SELECT FROM found AS f WHERE f.payment_id = d.payment_id AND f.account = d.account)
)
INSERT INTO worker_runs (worker, ran_at, position) VALUES ('reconcile', now(), :position::text)
ON CONFLICT (worker) DO UPDATE SET ran_at = excluded.ran_at, position = excluded.position

-- name: get_reconcile_result
-- When the payment began that the sweeper's check has got to, NULL for it begins anew; and what differs, the first found of it.
SELECT
    (
        SELECT iso8601(p.created_at) FROM worker_runs AS w JOIN payments AS p ON p.id = w.position
        WHERE w.worker = 'reconcile'
    ) AS checked_until,
    (
        SELECT json_agg(row_to_json(d)) FROM (
            SELECT
                payment_id AS subject_id, account, rows_minor AS rows, ledger_minor AS ledger,
                iso8601(found_at) AS found_at
            FROM ledger_differences ORDER BY found_at DESC, payment_id, account LIMIT :limit::int
        ) AS d
    ) AS differences
