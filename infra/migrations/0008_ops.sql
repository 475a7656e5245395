-- What the sweeper's check of the ledger has found
-- depends: 0007_activity

-- migrate: apply

-- An account of a payment of which row and ledger differ, until they do not any more. There should be none, ever.
CREATE TABLE ledger_differences (
    payment_id text NOT NULL,
    account text NOT NULL,
    rows_minor bigint NOT NULL,
    ledger_minor bigint NOT NULL,
    found_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    PRIMARY KEY (payment_id, account)
);

-- migrate: rollback

DROP TABLE ledger_differences;
