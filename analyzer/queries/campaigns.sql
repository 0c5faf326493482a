-- What campaigns bring, and what they cost. A label takes its share of a day's cost by clicks; the cost of a day
-- without clicks is of all visitors only. Who came only once is as many visitors as visits.
WITH facts AS (
  SELECT cohort, coalesce(campaign, '(none)') AS campaign, clicked, visitor, orders, revenue,
    visitor IN (SELECT visitor FROM visits GROUP BY visitor HAVING count(*) > 1) AS regular
  FROM visits JOIN cohorts USING (visit) JOIN arrivals USING (visit)
), daily AS (
  SELECT day, label, campaign, count(*) FILTER (clicked) AS clicks, count(*) AS visits,
    count(*) FILTER (NOT regular) AS visitors, sum(orders) AS orders, sum(revenue) AS revenue
  FROM facts JOIN cohort_labels USING (cohort) GROUP BY ALL
), regulars AS (
  SELECT period, label, campaign, count(DISTINCT visitor) AS regular_visitors
  FROM (SELECT DISTINCT cohort, campaign, visitor FROM facts WHERE regular) JOIN cohort_labels USING (cohort)
  JOIN span USING (day) GROUP BY ALL
), brought AS (
  SELECT period, label, campaign, sum(clicks) AS clicks, sum(visits) AS visits, sum(visitors) AS visitors,
    sum(orders) AS orders, sum(revenue) AS revenue
  FROM daily JOIN span USING (day) GROUP BY ALL
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
    CAST(coalesce(visitors, 0) + coalesce(regular_visitors, 0) AS BIGINT) AS visitors,
    CAST(coalesce(revenue, 0) AS DECIMAL(38, 2)) AS revenue,
    CASE WHEN campaign IN (SELECT campaign FROM costed) THEN money(coalesce(cost, 0)) END AS cost
  FROM brought LEFT JOIN regulars USING (period, label, campaign) FULL JOIN paid USING (period, label, campaign)
)
SELECT period, label, campaign, clicks, visits, visitors, cost, cost / nullif(clicks, 0) AS cost_per_visit, orders,
  orders / nullif(visits, 0) AS conversion_rate, revenue,
  revenue / nullif(orders, 0) AS average_order, revenue / nullif(cost, 0) AS roas,
  (revenue - cost) / nullif(cost, 0) AS roi, revenue - cost AS profit
FROM joined JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, clicks DESC, campaign
