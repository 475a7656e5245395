-- name: get_event
SELECT event_json(e)::text AS body FROM events AS e
WHERE e.id = :event_id::text AND e.merchant_id = :merchant_id::text

-- name: list_events
WITH cursor AS (
    SELECT created_at, id FROM events WHERE merchant_id = :merchant_id::text
      AND id = :starting_after::text -- if starting_after
      AND id = :ending_before::text -- if ending_before
), page AS (
    SELECT created_at, id, event_json(events)::text AS body FROM events WHERE merchant_id = :merchant_id::text
      -- include after_cursor
      AND type = :type::text -- if type
      AND payment_id = :payment_id::text -- if payment_id
      -- include created_range
    -- include from_cursor
    LIMIT :limit::int + 1
)
-- include page_reply
