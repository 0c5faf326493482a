-- Which countries visitors are in.
WITH summed AS (
  SELECT period, label, coalesce(country, '(unknown)') AS country, CAST(sum(visits) AS BIGINT) AS visits,
    CAST(sum(orders) AS BIGINT) AS orders, CAST(sum(revenue) AS DECIMAL(38, 2)) AS revenue
  FROM cells_countries JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, country, visits, visitors, orders, revenue
FROM summed JOIN (SELECT *, name AS country FROM visitors_of_periods WHERE dimension = 'country')
  USING (period, label, country)
JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, country
