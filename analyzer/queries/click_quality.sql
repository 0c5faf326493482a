-- Campaigns whose clicks look wrong: far more of them are short than of all other visits (one-proportion z above 3).
WITH counted AS (
  SELECT period, label, campaign, count(*) AS clicks, count(DISTINCT visitor) AS visitors,
    count(*) FILTER (short) AS short_clicks
  FROM visits JOIN arrivals USING (visit) JOIN span USING (day) JOIN membership USING (visit)
  WHERE clicked GROUP BY ALL
), daily AS (
  SELECT day, label, count(*) AS visits, count(*) FILTER (short) AS short_visits
  FROM visits JOIN membership USING (visit) GROUP BY ALL
), every AS (
  SELECT period, label, sum(visits) AS visits, sum(short_visits) AS short_visits
  FROM daily JOIN span USING (day) GROUP BY ALL
), expected AS (
  SELECT *, short_clicks / clicks AS short_visit_rate,
    (short_visits - short_clicks) / nullif(visits - clicks, 0) AS expected_short_rate
  FROM counted JOIN every USING (period, label)
), tested AS (
  SELECT *, CASE WHEN expected_short_rate > 0 AND expected_short_rate < 1
    THEN (short_visit_rate - expected_short_rate) / sqrt(expected_short_rate * (1 - expected_short_rate) / clicks)
    END AS z
  FROM expected
)
SELECT period, label, campaign, clicks, visitors, 1 - visitors / clicks AS repeat_rate, short_visit_rate,
  expected_short_rate, z, coalesce(z > 3 AND clicks >= 30, false) AS suspect
FROM tested JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, clicks DESC, campaign
