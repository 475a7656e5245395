-- The dashboard: people who log in, and names for API keys
-- depends: 0005_checkout

-- migrate: apply

CREATE TABLE users (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchants,
    -- in small letters, so that it is there once in whatever case it is given
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    role text NOT NULL CHECK (role IN ('merchant', 'operator')),
    -- scrypt$<log2 n>$<r>$<p>$<salt in base64>$<hash in base64>
    password_hash text NOT NULL,
    -- sessions from before have ended
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    -- may not log in from then on
    disabled_at timestamptz
);

ALTER TABLE api_keys ADD COLUMN name text CHECK (length(name) BETWEEN 1 AND 100);
DROP INDEX api_keys_merchant;
CREATE INDEX api_keys_newest ON api_keys (merchant_id, created_at DESC, id DESC);

-- What a merchant sees of a key; the secret is in no row.
CREATE FUNCTION api_key_json(k api_keys) RETURNS json LANGUAGE sql STABLE
RETURN (
    SELECT json_strip_nulls(row_to_json(wire)) FROM (
        SELECT k.id, k.name, iso8601(k.created_at) AS created_at, iso8601(k.revoked_at) AS revoked_at
    ) AS wire
);

-- Keys that work, now or for a while yet, without one that is about to be replaced.
CREATE FUNCTION active_key_count(merchant text, besides text) RETURNS bigint LANGUAGE sql VOLATILE
RETURN (
    SELECT count(*) FROM api_keys
    WHERE merchant_id = merchant AND (revoked_at IS NULL OR revoked_at > now()) AND id IS DISTINCT FROM besides
);

-- migrate: rollback

DROP FUNCTION active_key_count;
DROP FUNCTION api_key_json;
DROP INDEX api_keys_newest;
CREATE INDEX api_keys_merchant ON api_keys (merchant_id);
ALTER TABLE api_keys DROP COLUMN name;
DROP TABLE users;
