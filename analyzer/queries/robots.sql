-- Who are the robots, what do they come for, and when. Visitors only marked as behaving like robots stand here too.
SELECT period, 'all' AS label, robot, purpose, CAST(sum(hits) AS BIGINT) AS hits, count(DISTINCT page) AS pages,
  min(first_ts) AS first_seen, max(last_ts) AS last_seen, CAST(sum(bytes) AS BIGINT) AS bytes
FROM cells_robots JOIN unit_periods USING (unit) JOIN periods USING (period)
GROUP BY period, period_order, robot, purpose
ORDER BY period_order, hits DESC, robot, purpose
