-- What the custom variables say, once a visit for each value, and what those visits order.
WITH counted AS (
  SELECT cohort, variable, value, count(*) AS visits, sum(orders) AS orders, sum(revenue) AS revenue
  FROM custom_values JOIN visits USING (visit) JOIN cohorts USING (visit) GROUP BY ALL
)
SELECT period, label, variable, value, CAST(sum(visits) AS BIGINT) AS visits, CAST(sum(orders) AS BIGINT) AS orders,
  CAST(sum(revenue) AS DECIMAL(38, 2)) AS revenue
FROM counted JOIN cohort_labels USING (cohort) JOIN span USING (day)
JOIN periods USING (period) JOIN labels USING (label)
GROUP BY period, period_order, label, label_order, variable, value
ORDER BY period_order, label_order, visits DESC, variable, value
