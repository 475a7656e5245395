-- name: ping
SELECT 1 AS one

-- name: get_job_counts
-- Settled payments and refunds, and seconds since the sweeper last ran (NULL: never).
SELECT
    (SELECT count(*) FROM payments WHERE status NOT IN ('pending', 'processing'))
    + (SELECT count(*) FROM refunds WHERE status <> 'pending') AS completed,
    (SELECT extract(epoch FROM now() - ran_at)::int FROM worker_runs WHERE worker = 'sweep') AS seconds_since_sweep

-- name: get_merchant
SELECT row_to_json(wire)::text AS body FROM (
    SELECT m.id, m.name, m.email, iso8601(m.created_at) AS created_at FROM merchants AS m WHERE m.email = :email::text
) AS wire
