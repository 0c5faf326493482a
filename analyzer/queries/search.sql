-- What visitors searched for, and where. Of a campaign's cost of a day, a term takes its share by clicks; nothing is
-- known to cost where no click of a campaign with costs is among the visits.
WITH counted AS (
  SELECT period, label, engine, coalesce(term, '(not provided)') AS term, CAST(sum(visits) AS BIGINT) AS visits,
    sum(short_visits) AS short_visits, CAST(sum(orders) AS BIGINT) AS orders,
    CAST(sum(revenue) AS DECIMAL(38, 2)) AS revenue
  FROM cells_search JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), clicked AS (
  SELECT DATE '1970-01-01' + unit AS day, label, engine, term, campaign, sum(clicks) AS clicks
  FROM cells_label_clicks JOIN label_sets USING (label_set)
  WHERE engine IS NOT NULL AND campaign IN (SELECT campaign FROM costed) GROUP BY ALL
), paid AS (
  SELECT period, label, engine, term, money(sum(coalesce(part_of(c.cost, d.clicks, k.clicks), 0))) AS cost
  FROM clicked AS d LEFT JOIN campaign_costs AS c ON c.campaign = d.campaign AND c.day = d.day
  LEFT JOIN campaign_clicks AS k ON k.campaign = d.campaign AND k.day = d.day
  JOIN calendar ON calendar.day = d.day GROUP BY ALL
)
SELECT period, label, engine, term, visits,
  visits / sum(visits) OVER (PARTITION BY period, label, engine) AS share_of_engine,
  short_visits / visits AS short_visit_rate, cost, cost / visits AS cost_per_visit, orders, revenue
FROM counted LEFT JOIN paid USING (period, label, engine, term)
JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, engine, term
