-- Which links to other sites are followed. Clicks outside any visit count, on their own day, for all visitors only.
WITH summed AS (
  SELECT period, label, url, CAST(sum(clicks) AS BIGINT) AS clicks, CAST(sum(visits) AS BIGINT) AS visits
  FROM cells_exit_links JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, url, clicks, visits FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, clicks DESC, url
