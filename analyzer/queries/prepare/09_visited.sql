-- Each event, with all that is known of it, and its visit, known by its first page view; NULL for what comes before any
-- page view of its stretch.
CREATE TABLE visited AS
WITH told AS (
  SELECT e.hit, source, line, external, stretch, max(starts.hit) OVER (PARTITION BY stretch ORDER BY e.hit) AS visit
  FROM events AS e LEFT JOIN starts USING (hit)
)
SELECT hit, visitor, ts, day, hour, source, line, page, arrival, place, sender, referrer, cookie, status, external, category,
  had_persistent, order_total, order_id, stretch, visit
FROM told JOIN judged USING (source, line);
