-- What campaigns bring, and what they cost. A label takes its share of a day's cost by clicks; the cost of a day
-- without clicks is of all visitors only.
WITH brought AS (
  SELECT period, label, campaign, sum(clicks) AS clicks, sum(visits) AS visits, sum(orders) AS orders,
    sum(revenue) AS revenue
  FROM cells_campaigns JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), daily AS (
  SELECT DATE '1970-01-01' + unit AS day, label, campaign, sum(clicks) AS clicks
  FROM cells_label_clicks JOIN label_sets USING (label_set)
  WHERE campaign IN (SELECT campaign FROM campaign_costs) GROUP BY ALL
), paid AS (
  SELECT period, label, campaign, sum(cost) AS cost FROM (
    SELECT day, d.label, campaign, part_of(c.cost, d.clicks, k.clicks) AS cost
    FROM daily AS d JOIN campaign_costs AS c USING (campaign, day) JOIN campaign_clicks AS k USING (campaign, day)
    UNION ALL
    SELECT day, 'all', campaign, cost FROM campaign_costs ANTI JOIN campaign_clicks USING (campaign, day)
  ) JOIN calendar USING (day) GROUP BY ALL HAVING sum(cost) > 0
), joined AS (
  SELECT period, label, campaign, CAST(coalesce(clicks, 0) AS BIGINT) AS clicks,
    CAST(coalesce(visits, 0) AS BIGINT) AS visits, CAST(coalesce(orders, 0) AS BIGINT) AS orders,
    CAST(coalesce(revenue, 0) AS DECIMAL(38, 2)) AS revenue,
    CASE WHEN campaign IN (SELECT campaign FROM costed) THEN money(coalesce(cost, 0)) END AS cost
  FROM brought FULL JOIN paid USING (period, label, campaign)
)
SELECT period, label, campaign, clicks, visits, coalesce(visitors, 0) AS visitors, cost,
  cost / nullif(clicks, 0) AS cost_per_visit, orders, orders / nullif(visits, 0) AS conversion_rate, revenue,
  revenue / nullif(orders, 0) AS average_order, revenue / nullif(cost, 0) AS roas,
  (revenue - cost) / nullif(cost, 0) AS roi, revenue - cost AS profit
FROM joined LEFT JOIN (SELECT *, name AS campaign FROM visitors_of_periods WHERE dimension = 'campaign')
  USING (period, label, campaign)
JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, clicks DESC, campaign
