-- name: seed_test_merchant
-- The test merchant with its key, users, endpoint and reusable orders. Again, it gives all secrets and passwords anew and
-- lets in who was shut out: a revoked key, a disabled user. A deleted endpoint comes back without a URL. The rest of what
-- exists already stays as it is.
WITH merchant AS (
    INSERT INTO merchants AS m (id, name, email, allowed_origins, checkout_secret_encrypted)
    VALUES (
        :merchant_id::text, :name::text, :email::text, :allowed_origins::text[],
        :checkout_secret_encrypted::bytea
    )
    ON CONFLICT (id) DO UPDATE SET
        -- one from before there was a checkout
        allowed_origins = CASE
            WHEN m.checkout_secret_encrypted IS NULL THEN excluded.allowed_origins ELSE m.allowed_origins
        END,
        checkout_secret_encrypted = excluded.checkout_secret_encrypted
), api_key AS (
    INSERT INTO api_keys (id, merchant_id, secret_hash)
    VALUES (:key_id::text, :merchant_id::text, :secret_hash::bytea)
    -- one that was revoked comes back
    ON CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, revoked_at = NULL
), logins AS (
    INSERT INTO users (id, merchant_id, email, role, password_hash)
    SELECT u.id, :merchant_id::text, u.email, u.role, :password_hash::text
    FROM (VALUES
        ('usr_test_merchant', :email::text, 'merchant'), ('usr_test_operator', :operator_email::text, 'operator')
    ) AS u (id, email, role)
    WHERE :password_hash::text IS NOT NULL
    ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash, disabled_at = NULL
), endpoint AS (
    INSERT INTO webhook_endpoints AS w (id, merchant_id, secret_encrypted, disabled_reason)
    VALUES (:endpoint_id::text, :merchant_id::text, :webhook_secret_encrypted::bytea, 'no_url')
    ON CONFLICT (id) DO UPDATE SET
        secret_encrypted = excluded.secret_encrypted,
        previous_secret_encrypted = NULL,
        previous_secret_until = NULL,
        -- one that was deleted comes back as new
        url = CASE WHEN w.status <> 'deleted' THEN w.url END,
        status = CASE WHEN w.status = 'deleted' THEN 'disabled' ELSE w.status END,
        disabled_reason = CASE WHEN w.status = 'deleted' THEN 'no_url' ELSE w.disabled_reason END
)
INSERT INTO orders (id, merchant_id, amount_minor, currency, reusable)
SELECT id, :merchant_id::text, 50000, 'INR', true FROM unnest(:order_ids::text[]) AS id
ON CONFLICT DO NOTHING

-- name: set_merchant_fee
UPDATE merchants SET fee_basis_points = :basis_points::int WHERE id = :merchant_id::text RETURNING id
