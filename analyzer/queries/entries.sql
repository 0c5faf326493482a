-- Where visits begin.
WITH summed AS (
  SELECT period, label, entry_page, count(*) AS visits, count(*) FILTER (short) AS short_visits, sum(orders) AS orders,
    sum(revenue) AS revenue
  FROM visits JOIN span USING (day) JOIN membership USING (visit) GROUP BY ALL
)
SELECT period, label, page_name AS page, visits, short_visits, short_visits / visits AS short_visit_rate,
  CAST(orders AS BIGINT) AS orders, CAST(revenue AS DECIMAL(38, 2)) AS revenue
FROM summed JOIN pages ON page = entry_page JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, entry_page
