-- name: ping
SELECT 1 AS one

-- name: get_job_counts
-- Settled payments and refunds, and seconds since the sweeper last ran (NULL: never). Those of hours that are closed are as
-- many as were counted then.
WITH closed AS (
    -- include activity_until
)
SELECT
    (
        SELECT coalesce(sum(h.count), 0)::bigint FROM activity_hours AS h, closed AS c
        WHERE h.hour < c.until AND h.kind IN ('payment', 'refund') AND h.status <> 'pending'
    ) + (
        SELECT coalesce(sum(open.count), 0)::bigint FROM merchants AS m CROSS JOIN LATERAL (
            SELECT count(*) AS count FROM payments
            WHERE merchant_id = m.id AND created_at >= (SELECT until FROM closed)
              AND status NOT IN ('pending', 'processing')
            UNION ALL
            SELECT count(*) FROM refunds
            WHERE merchant_id = m.id AND created_at >= (SELECT until FROM closed) AND status <> 'pending'
        ) AS open
    ) AS completed,
    (SELECT extract(epoch FROM now() - ran_at)::int FROM worker_runs WHERE worker = 'sweep') AS seconds_since_sweep

-- name: get_merchant
SELECT row_to_json(wire)::text AS body FROM (
    SELECT m.id, m.name, m.email, iso8601(m.created_at) AS created_at FROM merchants AS m WHERE m.email = :email::text
) AS wire

-- name: get_worker_runs
SELECT worker, iso8601(ran_at) AS ran_at, extract(epoch FROM now() - ran_at)::int AS age_seconds FROM worker_runs

-- name: get_overdue_jobs
-- Of the ten thousand jobs of the outbox that come first: for each queue how often one was sent in vain, and for how many
-- seconds one should have been taken by now (NULL: none should). With each time that a job is sent again its due time moves on,
-- by as much as resend_due_jobs says.
SELECT
    queue, max(resends) AS resends,
    max(extract(epoch FROM now() - due_at)::int + 60 * ((1 << least(resends, 7)) - 1 + 64 * greatest(resends - 7, 0)))
        FILTER (WHERE due_at <= now() OR resends > 0) AS overdue_seconds
FROM (SELECT queue, due_at, resends FROM outbox ORDER BY due_at LIMIT 10000) AS first
GROUP BY queue
