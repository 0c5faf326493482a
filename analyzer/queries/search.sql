-- What visitors searched for, and where. Of a campaign's cost of a day, a term takes its share by clicks.
WITH daily AS (
  SELECT day, label, engine, coalesce(term, '(not provided)') AS term, CASE WHEN clicked THEN campaign END AS campaign,
    count(*) AS visits, count(*) FILTER (short) AS short_visits, sum(orders) AS orders, sum(revenue) AS revenue
  FROM visits JOIN arrivals USING (visit) JOIN membership USING (visit) WHERE engine IS NOT NULL GROUP BY ALL
), priced AS (
  SELECT d.*, CASE WHEN p.campaign IS NOT NULL THEN coalesce(part_of(c.cost, d.visits, k.clicks), 0) END AS cost
  FROM daily AS d LEFT JOIN costed AS p ON p.campaign = d.campaign
  LEFT JOIN campaign_costs AS c ON c.campaign = d.campaign AND c.day = d.day
  LEFT JOIN campaign_clicks AS k ON k.campaign = d.campaign AND k.day = d.day
), summed AS (
  SELECT period, label, engine, term, sum(visits) AS visits, sum(short_visits) AS short_visits,
    money(sum(cost)) AS cost, sum(orders) AS orders, sum(revenue) AS revenue
  FROM priced JOIN span USING (day) GROUP BY ALL
)
SELECT period, label, engine, term, CAST(visits AS BIGINT) AS visits,
  visits / sum(visits) OVER (PARTITION BY period, label, engine) AS share_of_engine,
  short_visits / visits AS short_visit_rate, cost, cost / visits AS cost_per_visit,
  CAST(orders AS BIGINT) AS orders, CAST(revenue AS DECIMAL(38, 2)) AS revenue
FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, engine, term
