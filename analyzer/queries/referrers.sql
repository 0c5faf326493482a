-- Which sites and pages visitors come from; (direct) is every visit without an external referrer.
WITH summed AS (
  SELECT period, label, domain, url, CAST(sum(visits) AS BIGINT) AS visits, sum(short_visits) AS short_visits,
    CAST(sum(orders) AS BIGINT) AS orders, CAST(sum(revenue) AS DECIMAL(38, 2)) AS revenue
  FROM cells_referrers JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, domain, url, visits, short_visits / visits AS short_visit_rate, orders, revenue
FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, domain, url
