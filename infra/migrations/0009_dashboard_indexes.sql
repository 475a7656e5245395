-- What the dashboard's filters and lists find their rows by
-- depends: 0008_ops
-- transaction: false

-- migrate: apply

-- Built while others write: each takes a while where there is much, and whoever writes would have to wait for it. So each is
-- there once it is built, and a run after one that broke off goes on; what that one was building is of no use.
DO $$
DECLARE
    unfinished regclass;
BEGIN
    FOR unfinished IN
        SELECT indexrelid FROM pg_index WHERE NOT indisvalid AND indexrelid IN (
            to_regclass('events_by_time'), to_regclass('events_newest_of_type'),
            to_regclass('webhook_deliveries_newest_of_type'), to_regclass('payments_by_vpa'),
            to_regclass('payments_by_card_last4')
        )
    LOOP
        EXECUTE format('DROP INDEX %s', unfinished);
    END LOOP;
END
$$;

-- Events of a time, whoever's: they are written in the order of time.
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_by_time
    ON events USING brin (created_at) WITH (pages_per_range = 32, autosummarize = on);
-- Rare ones are found without passing over all the others.
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_newest_of_type ON events (merchant_id, type, created_at DESC, id DESC);
CREATE INDEX CONCURRENTLY IF NOT EXISTS webhook_deliveries_newest_of_type
    ON webhook_deliveries (merchant_id, event_type, created_at DESC, id DESC);
-- No VPA that the API takes is longer (domain/vpa.py); an index cannot hold a text of any length.
CREATE INDEX CONCURRENTLY IF NOT EXISTS payments_by_vpa
    ON payments (merchant_id, left(lower(vpa), 321), created_at DESC, id DESC) WHERE vpa IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS payments_by_card_last4
    ON payments (merchant_id, card_last4, created_at DESC, id DESC) WHERE card_last4 IS NOT NULL;
-- What is settled is counted from the hours, so these cost each settlement something for nothing.
DROP INDEX CONCURRENTLY IF EXISTS payments_settled;
DROP INDEX CONCURRENTLY IF EXISTS refunds_settled;

-- migrate: rollback

CREATE INDEX CONCURRENTLY IF NOT EXISTS refunds_settled ON refunds (status) WHERE status <> 'pending';
CREATE INDEX CONCURRENTLY IF NOT EXISTS payments_settled ON payments (status)
    WHERE status NOT IN ('pending', 'processing');
DROP INDEX CONCURRENTLY IF EXISTS payments_by_card_last4;
DROP INDEX CONCURRENTLY IF EXISTS payments_by_vpa;
DROP INDEX CONCURRENTLY IF EXISTS webhook_deliveries_newest_of_type;
DROP INDEX CONCURRENTLY IF EXISTS events_newest_of_type;
DROP INDEX CONCURRENTLY IF EXISTS events_by_time;
