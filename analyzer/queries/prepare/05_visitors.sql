-- Who sent a hit: the persistent cookie, else one that follows within the gap from the same address and agent, else the
-- session cookie likewise, else address and agent themselves. The remainder by three tells the kinds apart.
CREATE TABLE known AS
WITH carried AS (
  SELECT hits.*, c.persistent, c.session FROM hits LEFT JOIN cookies AS c USING (cookie)
), following AS (
  SELECT *,
    first_value(persistent IGNORE NULLS) OVER later AS next_persistent,
    first_value(CASE WHEN persistent IS NOT NULL THEN ts END IGNORE NULLS) OVER later AS persistent_at,
    first_value(session IGNORE NULLS) OVER later AS next_session,
    first_value(CASE WHEN session IS NOT NULL THEN ts END IGNORE NULLS) OVER later AS session_at
  FROM carried
  WINDOW later AS (PARTITION BY sender ORDER BY ts, source, line ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
)
SELECT source, line, ts, day, hour, page, arrival, place, sender, referrer, cookie, status, bytes, robots_txt,
  missing, order_total, order_id, category,
  coalesce(
    CASE WHEN persistent_at - ts <= to_minutes($gap_minutes) THEN 3 * next_persistent END,
    CASE WHEN session_at - ts <= to_minutes($gap_minutes) THEN 3 * next_session + 1 END,
    3 * sender + 2) AS visitor,
  persistent IS NOT NULL AS had_persistent
FROM following;
