-- Which screens visitors have, where the log tells: the first that a visit names.
WITH summed AS (
  SELECT period, label, screen, CAST(sum(visits) AS BIGINT) AS visits
  FROM cells_screens JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, screen, visits FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, screen
