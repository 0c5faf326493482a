-- Which robot asks for which page, how often, and when last.
WITH summed AS (
  SELECT period, page, robot, CAST(sum(hits) AS BIGINT) AS hits, max(last_ts) AS last_seen
  FROM cells_robots JOIN unit_periods USING (unit) WHERE NOT marked GROUP BY ALL
)
SELECT period, 'all' AS label, page_name AS page, robot, hits, last_seen
FROM summed JOIN pages USING (page) JOIN periods USING (period)
ORDER BY period_order, hits DESC, page_order, robot
