-- fragment: after_cursor
-- The part of a list that lies just after or just before the row of the CTE cursor.
AND (created_at, id) < (SELECT created_at, id FROM cursor) -- if starting_after
      AND (created_at, id) > (SELECT created_at, id FROM cursor) -- if ending_before

-- fragment: created_range
AND created_at > :created_gt::timestamptz -- if created_gt
      AND created_at >= :created_gte::timestamptz -- if created_gte
      AND created_at < :created_lt::timestamptz -- if created_lt
      AND created_at <= :created_lte::timestamptz -- if created_lte

-- fragment: from_cursor
-- Newest first, or from a cursor towards the newest; the index is read in this order and no further than the limit.
ORDER BY created_at DESC, id DESC -- unless ending_before
    ORDER BY created_at ASC, id ASC -- if ending_before

-- fragment: page_reply
-- For the CTEs cursor and page (created_at, id, body), which has one row more than is shown if there are more.
SELECT
    EXISTS (SELECT FROM cursor) AS cursor_known, -- if starting_after
    EXISTS (SELECT FROM cursor) AS cursor_known, -- if ending_before
    list_json(
        string_agg(body, ',' ORDER BY created_at DESC, id DESC), (SELECT count(*) FROM page) > :limit::int
    ) AS body
FROM (
    SELECT * FROM page
    -- include from_cursor
    LIMIT :limit::int
) AS shown
