-- A visit starts at the first page view of a stretch, and at one from outside, unless it repeats the visit's entry: the
-- same place from the same referrer. The entry is the last page view from outside (or the stretch's first), or that one
-- repeated it: else it had started a visit itself.
CREATE TABLE starts AS
WITH arrivals AS (
  SELECT hit, stretch, arrival, referrer FROM events
  WHERE category = 'page_views'
    AND (external AND $split_on_referrer OR hit IN (SELECT min(hit) FROM events WHERE category = 'page_views' GROUP BY stretch))
)
SELECT hit FROM arrivals
QUALIFY (arrival, referrer) IS DISTINCT FROM lag((arrival, referrer)) OVER (PARTITION BY stretch ORDER BY hit);
