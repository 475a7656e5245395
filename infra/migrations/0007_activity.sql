-- The dashboard's sums by the hour
-- depends: 0006_dashboard

-- migrate: apply

-- What became of the payments and refunds that were created in an hour, how many webhook deliveries were, and what was booked.
-- The sweeper writes it, never the money path; hours that are still to come are counted from the rows themselves.
CREATE TABLE activity_hours (
    merchant_id text NOT NULL REFERENCES merchants,
    hour timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
    kind text NOT NULL CHECK (kind IN ('payment', 'refund', 'delivery', 'journal')),
    -- empty where it means nothing
    currency text NOT NULL,
    status text NOT NULL,
    reason text NOT NULL,
    count bigint NOT NULL CHECK (count > 0),
    -- of payments what was captured, or their amount where nothing was; of journals, whose type is the status, what they book
    amount_minor bigint NOT NULL,
    PRIMARY KEY (merchant_id, hour, kind, currency, status, reason)
);

-- Hours of activity_hours in which something has changed since they were counted.
CREATE TABLE activity_stale (
    merchant_id text NOT NULL REFERENCES merchants,
    hour timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, hour)
);

-- The positions are the moment up to which hours have been counted, and the one up to which events have been looked at for
-- changes of these: counting what is there already may take many runs, and what changes meanwhile is to be found after it.
INSERT INTO worker_runs (worker, ran_at, position) VALUES
    ('activity_hours', now(), NULL),
    ('activity_changes', now(), iso8601(now()));

-- The hours of one merchant between two moments, counted from the rows.
CREATE FUNCTION activity_between(merchant text, since timestamptz, until timestamptz) RETURNS TABLE (
    hour timestamptz, kind text, currency text, status text, reason text, count bigint, amount_minor bigint
) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        date_trunc('hour', p.created_at, 'UTC'), 'payment', p.currency,
        -- From the one to the other no event tells.
        CASE p.status WHEN 'processing' THEN 'pending' ELSE p.status END,
        coalesce(p.failure_reason, ''),
        count(*), sum(coalesce(p.amount_captured_minor, p.amount_minor))::bigint
    FROM payments AS p
    WHERE p.merchant_id = merchant AND p.created_at >= since AND p.created_at < until
    GROUP BY 1, 3, 4, 5
    UNION ALL
    SELECT
        date_trunc('hour', r.created_at, 'UTC'), 'refund', r.currency, r.status, coalesce(r.failure_reason, ''),
        count(*), sum(r.amount_minor)::bigint
    FROM refunds AS r
    WHERE r.merchant_id = merchant AND r.created_at >= since AND r.created_at < until
    GROUP BY 1, 3, 4, 5
    UNION ALL
    SELECT date_trunc('hour', d.created_at, 'UTC'), 'delivery', '', '', '', count(*), 0
    FROM webhook_deliveries AS d
    WHERE d.merchant_id = merchant AND d.created_at >= since AND d.created_at < until
    GROUP BY 1
    UNION ALL
    SELECT date_trunc('hour', j.created_at, 'UTC'), 'journal', j.currency, j.type, '', count(*), sum(j.amount_minor)::bigint
    FROM journals AS j
    WHERE j.merchant_id = merchant AND j.created_at >= since AND j.created_at < until
    GROUP BY 1, 3, 4;
END;

-- migrate: rollback

DROP FUNCTION activity_between;
DELETE FROM worker_runs WHERE worker IN ('activity_hours', 'activity_changes');
DROP TABLE activity_stale, activity_hours;
