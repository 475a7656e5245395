-- fragment: count_hours
-- For the CTE wanted (merchant_id, hour): count these hours anew; what is there no more is deleted.
fresh AS (
    SELECT w.merchant_id, a.*
    FROM wanted AS w CROSS JOIN LATERAL activity_between(w.merchant_id, w.hour, w.hour + interval '1 hour') AS a
), stored AS (
    INSERT INTO activity_hours AS h (merchant_id, hour, kind, currency, status, reason, count, amount_minor)
    SELECT merchant_id, hour, kind, currency, status, reason, count, amount_minor FROM fresh
    ON CONFLICT (merchant_id, hour, kind, currency, status, reason)
        DO UPDATE SET count = excluded.count, amount_minor = excluded.amount_minor
        WHERE (h.count, h.amount_minor) <> (excluded.count, excluded.amount_minor)
), vanished AS (
    DELETE FROM activity_hours AS h USING wanted AS w
    WHERE h.merchant_id = w.merchant_id AND h.hour = w.hour AND NOT EXISTS (
        SELECT FROM fresh AS f
        WHERE (f.merchant_id, f.hour, f.kind, f.currency, f.status, f.reason)
            = (h.merchant_id, h.hour, h.kind, h.currency, h.status, h.reason)
    )
)

-- name: close_activity_hour
-- Count the next hour in which anything was created, of every merchant, and move on; with nothing left, move on to now.
-- An hour is closed at a distance from its end that no transaction of ours lasts. A sweeper that finds another one at it,
-- or whose view is older than the last one's work, does nothing.
WITH held AS (
    SELECT position FROM worker_runs WHERE worker = 'activity_hours' AND ran_at <= now() FOR UPDATE SKIP LOCKED
), bounds AS (
    SELECT
        coalesce(position::timestamptz, '-infinity') AS since,
        date_trunc('hour', now() - :behind_seconds::int * interval '1 second', 'UTC') AS until
    FROM held
), following AS (
    SELECT
        b.until,
        (
            SELECT date_trunc('hour', min(first.created_at), 'UTC')
            FROM merchants AS m CROSS JOIN LATERAL (
                (
                    SELECT created_at FROM payments WHERE merchant_id = m.id AND created_at >= b.since
                    ORDER BY created_at, id LIMIT 1
                )
                UNION ALL
                (
                    SELECT created_at FROM refunds WHERE merchant_id = m.id AND created_at >= b.since
                    ORDER BY created_at, id LIMIT 1
                )
                UNION ALL
                (
                    SELECT created_at FROM webhook_deliveries WHERE merchant_id = m.id AND created_at >= b.since
                    ORDER BY created_at, id LIMIT 1
                )
                UNION ALL
                (
                    SELECT created_at FROM journals WHERE merchant_id = m.id AND created_at >= b.since
                    ORDER BY created_at, id LIMIT 1
                )
            ) AS first
            WHERE first.created_at < b.until
        ) AS hour
    FROM bounds AS b
), wanted AS (
    SELECT m.id AS merchant_id, f.hour FROM following AS f, merchants AS m WHERE f.hour IS NOT NULL
),
-- include count_hours
, moved AS (
    UPDATE worker_runs AS w SET
        position = iso8601(greatest(w.position::timestamptz, coalesce(f.hour + interval '1 hour', f.until))),
        ran_at = now()
    FROM following AS f WHERE w.worker = 'activity_hours'
)
SELECT count(hour) AS count FROM following

-- name: mark_activity_changes
-- Note the hours that are closed and whose payments or refunds have had events since the last look; how many events there
-- may be is bounded by the time that one look spans. Creations are no change of an hour that was closed after them.
-- What a transaction has written that was not committed at the last look is found by looking back a little.
WITH held AS (
    SELECT position FROM worker_runs WHERE worker = 'activity_changes' AND ran_at <= now() FOR UPDATE SKIP LOCKED
), span AS (
    SELECT
        since - :overlap_seconds::int * interval '1 second' AS since,
        least(now(), since + :span_seconds::int * interval '1 second') AS until
    FROM (
        SELECT greatest(coalesce(position::timestamptz, now()), now() - :keep_days::int * interval '1 day') AS since
        FROM held
    ) AS last
), changed AS (
    SELECT e.merchant_id, e.payment_id, e.refund_id FROM events AS e
    WHERE e.created_at >= (SELECT since FROM span) AND e.created_at <= (SELECT until FROM span)
      AND e.payment_id IS NOT NULL AND e.type NOT IN ('payment.created', 'payment.pending', 'refund.created')
), marked AS (
    INSERT INTO activity_stale (merchant_id, hour)
    SELECT DISTINCT c.merchant_id, o.hour
    FROM changed AS c CROSS JOIN LATERAL (
        SELECT date_trunc('hour', p.created_at, 'UTC') AS hour FROM payments AS p
        WHERE p.id = c.payment_id AND c.refund_id IS NULL
        UNION ALL
        SELECT date_trunc('hour', r.created_at, 'UTC') FROM refunds AS r WHERE r.id = c.refund_id
    ) AS o
    WHERE o.hour < (SELECT position::timestamptz FROM worker_runs WHERE worker = 'activity_hours')
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING
), moved AS (
    UPDATE worker_runs SET position = iso8601(span.until), ran_at = now() FROM span WHERE worker = 'activity_changes'
)
SELECT count(*) AS count FROM span WHERE until < now()

-- name: recount_activity_hours
-- Count hours anew that have been noted; how many. Several sweepers at once share them out.
WITH wanted AS (
    SELECT merchant_id, hour FROM activity_stale ORDER BY merchant_id, hour LIMIT :limit::int FOR UPDATE SKIP LOCKED
),
-- include count_hours
, done AS (
    DELETE FROM activity_stale AS s USING wanted AS w WHERE s.merchant_id = w.merchant_id AND s.hour = w.hour
)
SELECT count(*) AS count FROM wanted

-- fragment: activity_until
-- Up to when hours have been counted.
SELECT coalesce(
    (SELECT position::timestamptz FROM worker_runs WHERE worker = 'activity_hours'), '-infinity'
) AS until

-- name: get_dashboard_summary
-- All that happened in a period, and what there was in the one before: hours that are closed as they were counted, the rest
-- from the rows. Both begin with an hour. Deliveries that have not arrived are few, so that the others need no count; where
-- they are not few, as with an endpoint that is dead, each count stops somewhere.
WITH closed AS (
    -- include activity_until
), span AS (
    SELECT s.*, greatest(s.since, least(c.until, date_trunc('hour', s.until, 'UTC'))) AS live_since
    FROM closed AS c, (VALUES
        ('now', :from_at::timestamptz, :to_at::timestamptz),
        ('before', :previous_from_at::timestamptz, :previous_to_at::timestamptz)
    ) AS s (name, since, until)
), part AS MATERIALIZED (
    SELECT s.name, h.hour, h.kind, h.currency, h.status, h.reason, h.count, h.amount_minor
    FROM span AS s JOIN activity_hours AS h
        ON h.merchant_id = :merchant_id::text AND h.hour >= s.since AND h.hour < s.live_since
    UNION ALL
    SELECT s.name, a.*
    FROM span AS s CROSS JOIN LATERAL activity_between(:merchant_id::text, s.live_since, s.until) AS a
), sums AS (
    SELECT
        name, date_trunc(:bucket::text, hour, 'UTC') AS at, currency,
        sum(count) FILTER (WHERE kind = 'payment') AS payments,
        sum(count) FILTER (WHERE kind = 'payment' AND status IN ('success', 'captured')) AS succeeded,
        sum(count) FILTER (WHERE kind = 'payment' AND status = 'failed') AS failed,
        sum(amount_minor) FILTER (WHERE kind = 'payment' AND status IN ('success', 'captured')) AS volume,
        sum(count) FILTER (WHERE kind = 'refund' AND status <> 'failed') AS refunds,
        sum(amount_minor) FILTER (WHERE kind = 'refund' AND status <> 'failed') AS refunded
    FROM part WHERE kind IN ('payment', 'refund') GROUP BY 1, 2, 3
), total AS (
    SELECT
        name, currency,
        coalesce(sum(payments), 0)::bigint AS payments,
        coalesce(sum(succeeded), 0)::bigint AS succeeded,
        coalesce(sum(failed), 0)::bigint AS failed,
        round(coalesce(sum(succeeded), 0) / nullif(coalesce(sum(succeeded), 0) + coalesce(sum(failed), 0), 0), 4)::float8
            AS success_rate,
        coalesce(sum(volume), 0)::bigint AS volume,
        coalesce(sum(refunds), 0)::bigint AS refunds,
        coalesce(sum(refunded), 0)::bigint AS refunded
    FROM sums GROUP BY 1, 2
), total_line AS (
    SELECT t.name, t.currency, t.payments, row_to_json(wire)::text AS body
    FROM total AS t CROSS JOIN LATERAL (
        SELECT t.currency, t.payments, t.succeeded, t.failed, t.success_rate, t.volume, t.refunds, t.refunded
    ) AS wire
), series_line AS (
    SELECT b.at, t.currency, t.payments, row_to_json(wire)::text AS body
    FROM generate_series(:from_at::timestamptz, :to_at::timestamptz, ('1 ' || :bucket::text)::interval, 'UTC') AS b (at)
    CROSS JOIN (SELECT currency, payments FROM total WHERE name = 'now') AS t
    LEFT JOIN sums AS s ON s.name = 'now' AND s.at = b.at AND s.currency = t.currency
    CROSS JOIN LATERAL (
        SELECT
            iso8601(b.at) AS at, t.currency, coalesce(s.succeeded, 0)::bigint AS succeeded,
            coalesce(s.failed, 0)::bigint AS failed, coalesce(s.volume, 0)::bigint AS volume,
            coalesce(s.refunded, 0)::bigint AS refunded
    ) AS wire
), failure AS (
    SELECT reason, sum(count)::bigint AS count FROM part
    WHERE name = 'now' AND kind = 'payment' AND status = 'failed'
    GROUP BY reason ORDER BY 2 DESC, 1 LIMIT :reasons_max::int
), undelivered AS (
    SELECT
        sum(c.count)::bigint AS count,
        bool_or(c.count = :deliveries_max::int) AS cut,
        least(sum(c.count) FILTER (WHERE s.status IN ('exhausted', 'expired')), :deliveries_max::int)::bigint AS failed,
        sum(c.count) FILTER (WHERE s.status = 'pending')::bigint AS pending,
        sum(c.count) FILTER (WHERE s.status = 'held')::bigint AS held
    FROM (VALUES ('pending'), ('exhausted'), ('held'), ('cancelled'), ('expired')) AS s (status) CROSS JOIN LATERAL (
        SELECT count(*) AS count FROM (
            SELECT FROM webhook_deliveries
            WHERE merchant_id = :merchant_id::text AND status = s.status
              AND created_at >= :from_at::timestamptz AND created_at < :to_at::timestamptz
            LIMIT :deliveries_max::int
        ) AS first
    ) AS c
), endpoint AS (
    SELECT e.created_at, e.id, row_to_json(wire)::text AS body
    FROM webhook_endpoints AS e CROSS JOIN LATERAL (
        SELECT e.id, e.url, e.status, iso8601(e.failing_since) AS failing_since
    ) AS wire
    WHERE e.merchant_id = :merchant_id::text AND e.status <> 'deleted'
), webhooks AS (
    SELECT
        CASE
            -- Of those that did not arrive there are more than were counted.
            WHEN u.cut THEN (
                SELECT count(*) FROM (
                    SELECT FROM webhook_deliveries
                    WHERE merchant_id = :merchant_id::text AND status = 'delivered'
                      AND created_at >= :from_at::timestamptz AND created_at < :to_at::timestamptz
                    LIMIT :deliveries_max::int
                ) AS first
            )
            ELSE (SELECT coalesce(sum(count), 0)::bigint FROM part WHERE name = 'now' AND kind = 'delivery') - u.count
        END AS delivered,
        u.failed, u.pending, u.held
    FROM undelivered AS u
)
SELECT
    '{"period":' || to_json(:period::text) || ',"from":' || to_json(iso8601(:from_at::timestamptz))
    || ',"to":' || to_json(iso8601(:to_at::timestamptz))
    || ',"totals":[' || coalesce(
        (SELECT string_agg(body, ',' ORDER BY payments DESC, currency) FROM total_line WHERE name = 'now'), ''
    )
    || '],"previous":[' || coalesce(
        (SELECT string_agg(body, ',' ORDER BY payments DESC, currency) FROM total_line WHERE name = 'before'), ''
    )
    || '],"series":[' || coalesce(
        (SELECT string_agg(body, ',' ORDER BY payments DESC, currency, at) FROM series_line), ''
    )
    || '],"failures":[' || coalesce(
        (SELECT string_agg(row_to_json(f)::text, ',' ORDER BY count DESC, reason) FROM failure AS f), ''
    )
    || '],"webhooks":' || left(row_to_json(w)::text, -1)
    || ',"endpoints":[' || coalesce(
        (SELECT string_agg(body, ',' ORDER BY created_at DESC, id DESC) FROM endpoint), ''
    )
    || ']}}' AS body
FROM webhooks AS w
