-- Which channels bring visitors.
WITH summed AS (
  SELECT period, label, channel, CAST(sum(visits) AS BIGINT) AS visits, sum(short_visits) AS short_visits,
    CAST(sum(orders) AS BIGINT) AS orders, CAST(sum(revenue) AS DECIMAL(38, 2)) AS revenue
  FROM cells_sources JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, channel, visits, visitors, short_visits / visits AS short_visit_rate, orders, revenue,
  orders / visits AS conversion_rate
FROM summed JOIN (SELECT *, name AS channel FROM visitors_of_periods WHERE dimension = 'channel')
  USING (period, label, channel)
JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, channel
