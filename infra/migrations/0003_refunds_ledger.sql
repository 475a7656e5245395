-- Refunds, captures and cancels, and the ledger that they are booked in
-- depends: 0002_idempotency_cards_expiry

-- migrate: apply

ALTER TABLE merchants
    -- what a capture costs the merchant, in hundredths of a percent
    ADD COLUMN fee_basis_points int NOT NULL DEFAULT 0 CHECK (fee_basis_points BETWEEN 0 AND 10000);

ALTER TABLE payments
    -- NULL until money is captured; refunded is what refunds hold that are pending or processed
    ADD COLUMN amount_captured_minor bigint,
    ADD COLUMN amount_refunded_minor bigint,
    ADD COLUMN fee_minor bigint,
    -- an authorized payment that is not captured by then is cancelled
    ADD COLUMN capture_before timestamptz,
    -- what the merchant has asked for and the acquirer has not answered yet
    ADD COLUMN requested text,
    ADD COLUMN requested_amount_minor bigint,
    -- why the acquirer refused the latest capture
    ADD COLUMN capture_failure_reason text;
UPDATE payments SET amount_captured_minor = amount_minor, amount_refunded_minor = 0, fee_minor = 0
WHERE status IN ('success', 'captured');
UPDATE payments SET capture_before = updated_at + interval '7 days' WHERE status = 'authorized';
ALTER TABLE payments
    ADD CONSTRAINT payments_captured_check CHECK (
        (status IN ('success', 'captured')) = (amount_captured_minor IS NOT NULL)
        AND num_nulls(amount_captured_minor, amount_refunded_minor, fee_minor) IN (0, 3)
        AND amount_captured_minor BETWEEN 1 AND amount_minor
    ),
    -- Promise P1, whatever the code does: refunds never exceed what was captured.
    ADD CONSTRAINT payments_refunded_check CHECK (amount_refunded_minor BETWEEN 0 AND amount_captured_minor),
    ADD CONSTRAINT payments_fee_check CHECK (fee_minor BETWEEN 0 AND amount_captured_minor),
    ADD CONSTRAINT payments_authorized_check CHECK (status <> 'authorized' OR capture_before IS NOT NULL),
    ADD CONSTRAINT payments_requested_check CHECK (
        (requested IS NULL OR requested IN ('capture', 'cancel') AND status = 'authorized')
        AND (requested IS NOT DISTINCT FROM 'capture') = (requested_amount_minor IS NOT NULL)
        AND requested_amount_minor BETWEEN 1 AND amount_minor
    );
CREATE INDEX payments_capture_before ON payments (capture_before) WHERE status = 'authorized' AND requested IS NULL;
-- Lists of one order's payments need no sorting, however many a reusable order has.
DROP INDEX payments_of_order;
CREATE INDEX payments_of_order ON payments (order_id, created_at DESC, id DESC);

CREATE TABLE refunds (
    id text PRIMARY KEY,
    payment_id text NOT NULL REFERENCES payments,
    merchant_id text NOT NULL REFERENCES merchants,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    reason text CHECK (length(reason) <= 255),
    -- pending -> processed | failed
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processed', 'failed')),
    failure_reason text,
    acquirer_reference text,
    -- set by the first claim, and from then on until the refund has ended
    claimed_until timestamptz,
    -- how often the acquirer has been asked without a word
    unanswered int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'failed') = (failure_reason IS NOT NULL))
);
CREATE INDEX refunds_newest ON refunds (merchant_id, created_at DESC, id DESC);
CREATE INDEX refunds_newest_of_status ON refunds (merchant_id, status, created_at DESC, id DESC);
CREATE INDEX refunds_settled ON refunds (status) WHERE status <> 'pending';
CREATE INDEX refunds_of_payment ON refunds (payment_id, created_at DESC, id DESC);

-- The table of paygate.domain.refund_status, held by the database too; a test compares the two.
CREATE FUNCTION refuse_refund_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refund % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER refunds_transitions BEFORE UPDATE OF status ON refunds FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND OLD.status <> 'pending')
    EXECUTE FUNCTION refuse_refund_transition();

ALTER TABLE events ADD COLUMN refund_id text REFERENCES refunds;
ALTER TABLE outbox
    DROP CONSTRAINT outbox_queue_check,
    ADD CONSTRAINT outbox_queue_check CHECK (queue IN ('payments', 'refunds', 'webhooks'));

-- --- The ledger -----------------------------------------------------------------------------------------------------
-- Double entry: each journal moves an amount between two accounts of a merchant and currency. Debits are positive.
CREATE TABLE journals (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchants,
    currency text NOT NULL,
    type text NOT NULL CHECK (type IN ('capture', 'fee', 'refund', 'refund_processed', 'refund_failed')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    payment_id text NOT NULL REFERENCES payments,
    refund_id text REFERENCES refunds,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CHECK ((type LIKE 'refund%') = (refund_id IS NOT NULL))
);
CREATE INDEX journals_newest ON journals (merchant_id, created_at DESC, id DESC);
CREATE INDEX journals_by_time ON journals (created_at);
CREATE INDEX journals_of_payment ON journals (payment_id, created_at DESC, id DESC);
-- Whatever the code does, each thing is booked once.
CREATE UNIQUE INDEX journals_once ON journals (payment_id, type) WHERE refund_id IS NULL;
CREATE UNIQUE INDEX journals_once_for_refund ON journals (refund_id, (type = 'refund')) WHERE refund_id IS NOT NULL;

CREATE TABLE ledger_entries (
    journal_id text NOT NULL REFERENCES journals,
    account text NOT NULL CHECK (account IN ('acquirer_receivable', 'merchant_payable', 'refunds_payable', 'fees')),
    merchant_id text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (journal_id, account)
);

-- What all journals up to a moment come to, by account, so that a balance need not add up every entry there is. The sweeper
-- moves the moment on, at a distance from now that no transaction of ours lasts.
CREATE TABLE ledger_balances (
    merchant_id text NOT NULL REFERENCES merchants,
    currency text NOT NULL,
    account text NOT NULL,
    amount_minor bigint NOT NULL,
    PRIMARY KEY (merchant_id, currency, account)
);
CREATE TABLE ledger_balances_until (
    moment timestamptz NOT NULL,
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
);
INSERT INTO ledger_balances_until (moment) VALUES ('-infinity');

-- Which accounts a journal moves its amount from (credit, negative) and to (debit). The same table is in
-- paygate.domain.ledger; a test compares the two.
CREATE FUNCTION journal_entries(type text, amount bigint) RETURNS TABLE (account text, amount_minor bigint)
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT c.account, c.sign * amount FROM (VALUES
        ('capture', 'acquirer_receivable', 1), ('capture', 'merchant_payable', -1),
        ('fee', 'merchant_payable', 1), ('fee', 'fees', -1),
        ('refund', 'merchant_payable', 1), ('refund', 'refunds_payable', -1),
        ('refund_processed', 'refunds_payable', 1), ('refund_processed', 'acquirer_receivable', -1),
        ('refund_failed', 'refunds_payable', 1), ('refund_failed', 'merchant_payable', -1)
    ) AS c (type, account, sign) WHERE c.type = journal_entries.type;
END;

-- A journal and its entries are one thing, of one merchant and currency: debits and credits are its amount, nothing is
-- added to it later.
CREATE FUNCTION refuse_unbalanced_journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_id text;
BEGIN
    IF TG_TABLE_NAME = 'journals' THEN of_id := NEW.id; ELSE of_id := NEW.journal_id; END IF;
    IF NOT EXISTS (
        SELECT FROM journals AS j JOIN ledger_entries AS e ON e.journal_id = j.id
        WHERE j.id = of_id
        GROUP BY j.id
        HAVING bool_and(e.merchant_id = j.merchant_id AND e.currency = j.currency)
           AND sum(e.amount_minor) = 0 AND sum(abs(e.amount_minor)) = 2 * j.amount_minor
    ) THEN
        RAISE EXCEPTION 'journal % does not balance', of_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER journals_balance AFTER INSERT ON journals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_journal();
CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_journal();

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: no % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER journals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- Half a minor unit is rounded up.
CREATE FUNCTION payment_fee(amount bigint, basis_points int) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN (amount * basis_points + 5000) / 10000;

-- What was captured before there was a ledger.
WITH journal AS (
    INSERT INTO journals (id, merchant_id, currency, type, amount_minor, payment_id, created_at)
    SELECT new_id('jrn'), merchant_id, currency, 'capture', amount_captured_minor, id, updated_at
    FROM payments WHERE amount_captured_minor IS NOT NULL
    RETURNING *
)
INSERT INTO ledger_entries (journal_id, merchant_id, currency, account, amount_minor)
SELECT j.id, j.merchant_id, j.currency, e.account, e.amount_minor
FROM journal AS j CROSS JOIN LATERAL journal_entries(j.type, j.amount_minor) AS e;

-- Where the sweeper's check of the ledger has got to.
ALTER TABLE worker_runs ADD COLUMN position text;

-- --- Wire formats ---------------------------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION payment_json(p payments) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT json_strip_nulls(row_to_json(wire)) FROM (
        SELECT
            p.id, p.order_id, p.amount_minor AS amount, p.currency, p.method, p.vpa,
            CASE WHEN p.method = 'card' THEN (
                SELECT row_to_json(c) FROM (SELECT p.card_network AS network, p.card_last4 AS last4) AS c
            ) END AS card,
            p.status, p.failure_reason, p.amount_captured_minor AS amount_captured,
            p.amount_refunded_minor AS amount_refunded,
            CASE WHEN p.status = 'authorized' THEN iso8601(p.capture_before) END AS capture_before,
            p.requested AS pending_action, p.capture_failure_reason, iso8601(p.created_at) AS created_at
    ) AS wire
);

CREATE FUNCTION refund_json(r refunds) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            r.id, r.payment_id, r.amount_minor AS amount, r.currency, r.reason, r.status, r.failure_reason,
            iso8601(r.created_at) AS created_at
    ) AS wire
);

-- The body of a refund's webhook: {"event":…,"timestamp":<unix seconds>,"data":{"refund":{…}}}
CREATE FUNCTION refund_event_body(type text, moment timestamptz, r refunds) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(body)::text FROM (
        SELECT
            type AS event,
            floor(extract(epoch FROM moment))::bigint AS timestamp,
            (SELECT row_to_json(data) FROM (SELECT refund_json(r) AS refund) AS data) AS data
    ) AS body
);

CREATE FUNCTION journal_json(j journals) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT row_to_json(wire) FROM (
        SELECT
            j.id, j.type, j.amount_minor AS amount, j.currency, j.payment_id, j.refund_id,
            (
                SELECT ('[' || string_agg(row_to_json(line)::text, ',' ORDER BY line.direction DESC) || ']')::json FROM (
                    SELECT
                        e.account, CASE WHEN e.amount_minor > 0 THEN 'debit' ELSE 'credit' END AS direction,
                        abs(e.amount_minor) AS amount
                    FROM ledger_entries AS e WHERE e.journal_id = j.id
                ) AS line
            ) AS entries,
            iso8601(j.created_at) AS created_at
    ) AS wire
);

-- migrate: rollback

DROP FUNCTION journal_json;
DROP FUNCTION refund_event_body;
DROP FUNCTION refund_json;
CREATE OR REPLACE FUNCTION payment_json(p payments) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT json_strip_nulls(row_to_json(wire)) FROM (
        SELECT
            p.id, p.order_id, p.amount_minor AS amount, p.currency, p.method, p.vpa,
            CASE WHEN p.method = 'card' THEN (
                SELECT row_to_json(c) FROM (SELECT p.card_network AS network, p.card_last4 AS last4) AS c
            ) END AS card,
            p.status, p.failure_reason, iso8601(p.created_at) AS created_at
    ) AS wire
);
ALTER TABLE worker_runs DROP COLUMN position;
DROP FUNCTION payment_fee;
DROP TABLE ledger_balances_until, ledger_balances, ledger_entries, journals;
DROP FUNCTION journal_entries;
DROP FUNCTION refuse_unbalanced_journal;
DROP FUNCTION refuse_ledger_change;
DELETE FROM outbox WHERE queue = 'refunds';
ALTER TABLE outbox
    DROP CONSTRAINT outbox_queue_check,
    ADD CONSTRAINT outbox_queue_check CHECK (queue IN ('payments', 'webhooks'));
ALTER TABLE events DROP COLUMN refund_id;
DROP TABLE refunds;
DROP FUNCTION refuse_refund_transition;
DROP INDEX payments_of_order;
CREATE INDEX payments_of_order ON payments (order_id);
DROP INDEX payments_capture_before;
ALTER TABLE payments
    DROP COLUMN capture_failure_reason,
    DROP COLUMN requested_amount_minor,
    DROP COLUMN requested,
    DROP COLUMN capture_before,
    DROP COLUMN fee_minor,
    DROP COLUMN amount_refunded_minor,
    DROP COLUMN amount_captured_minor;
ALTER TABLE merchants DROP COLUMN fee_basis_points;
