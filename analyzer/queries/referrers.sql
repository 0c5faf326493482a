-- Which sites and pages visitors come from; (direct) is every visit without an external referrer.
WITH summed AS (
  SELECT period, label, domain, url, count(*) AS visits, count(*) FILTER (short) AS short_visits, sum(orders) AS orders,
    sum(revenue) AS revenue
  FROM visits JOIN span USING (day) JOIN membership USING (visit) GROUP BY ALL
)
SELECT period, label, domain, url, visits, short_visits / visits AS short_visit_rate, CAST(orders AS BIGINT) AS orders,
  CAST(revenue AS DECIMAL(38, 2)) AS revenue
FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, domain, url
