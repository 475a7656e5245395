-- name: find_login
-- Who may log in with this e-mail address, which is in small letters.
SELECT
    u.id, u.email, u.role, u.merchant_id, u.password_hash, m.name AS merchant_name,
    extract(epoch FROM u.password_changed_at)::text AS password_changed_at
FROM users AS u JOIN merchants AS m ON m.id = u.merchant_id
WHERE u.email = :email::text AND u.disabled_at IS NULL

-- name: check_session
-- No row: the user may not log in any more, or is not what the session says, or has another password since.
SELECT m.name AS merchant_name
FROM users AS u JOIN merchants AS m ON m.id = u.merchant_id
WHERE
    u.id = :user_id::text AND u.disabled_at IS NULL
    AND u.role = :role::text AND u.merchant_id = :merchant_id::text
    AND extract(epoch FROM u.password_changed_at)::text = :password_changed_at::text

-- name: create_user
-- No row: there is no such merchant. A row without an id: the address is taken.
WITH the_merchant AS (
    SELECT id FROM merchants WHERE id = :merchant_id::text
), made AS (
    INSERT INTO users (id, merchant_id, email, role, password_hash)
    SELECT :user_id::text, m.id, :email::text, :role::text, :password_hash::text FROM the_merchant AS m
    ON CONFLICT (email) DO NOTHING
    RETURNING id
)
SELECT (SELECT id FROM made) AS id FROM the_merchant

-- name: set_user_password
-- Who was disabled may log in again; no session from before goes on.
UPDATE users SET password_hash = :password_hash::text, password_changed_at = now(), disabled_at = NULL
WHERE email = :email::text
RETURNING id

-- name: disable_user
UPDATE users SET disabled_at = coalesce(disabled_at, now()) WHERE email = :email::text RETURNING id
