-- What the custom variables say, once a visit for each value, and what those visits order.
WITH summed AS (
  SELECT period, label, variable, value, CAST(sum(visits) AS BIGINT) AS visits, CAST(sum(orders) AS BIGINT) AS orders,
    CAST(sum(revenue) AS DECIMAL(38, 2)) AS revenue
  FROM cells_custom JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, variable, value, visits, orders, revenue
FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, variable, value
