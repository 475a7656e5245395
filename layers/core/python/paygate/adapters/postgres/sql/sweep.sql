-- name: resend_due_jobs
-- Take due jobs of the outbox to send them to their queues again; several sweepers at once share them out. While nothing
-- takes a job, the wait doubles up to 64 times, so that an outage does not fill the queues with copies.
WITH due AS (
    SELECT queue, subject_id FROM outbox WHERE due_at <= now()
    ORDER BY due_at LIMIT :limit::int FOR UPDATE SKIP LOCKED
)
UPDATE outbox AS o SET
    due_at = now() + :resend_after_seconds::int * (1 << least(o.resends, 6)) * interval '1 second',
    resends = o.resends + 1
FROM due WHERE o.queue = due.queue AND o.subject_id = due.subject_id
RETURNING o.queue, o.subject_id

-- name: record_worker_run
INSERT INTO worker_runs (worker, ran_at) VALUES (:worker::text, now())
ON CONFLICT (worker) DO UPDATE SET ran_at = excluded.ran_at
