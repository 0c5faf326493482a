-- Where visits begin.
WITH summed AS (
  SELECT period, label, page, CAST(sum(visits) AS BIGINT) AS visits, CAST(sum(short_visits) AS BIGINT) AS short_visits,
    CAST(sum(orders) AS BIGINT) AS orders, CAST(sum(revenue) AS DECIMAL(38, 2)) AS revenue
  FROM cells_entries JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, page_name AS page, visits, short_visits, short_visits / visits AS short_visit_rate, orders, revenue
FROM summed JOIN pages USING (page) JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, page_order
