-- Campaigns whose clicks look wrong: far more of them are short than of all other visits (one-proportion z above 3).
WITH counted AS (
  SELECT period, label, campaign, CAST(sum(clicks) AS BIGINT) AS clicks, CAST(sum(short_clicks) AS BIGINT) AS short_clicks
  FROM cells_campaigns JOIN unit_periods USING (unit) JOIN label_sets USING (label_set)
  GROUP BY ALL HAVING sum(clicks) > 0
), every AS (
  SELECT period, label, CAST(sum(visits) AS BIGINT) AS visits, CAST(sum(short_visits) AS BIGINT) AS short_visits
  FROM cells_visits JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), expected AS (
  SELECT *, short_clicks / clicks AS short_visit_rate,
    (short_visits - short_clicks) / nullif(visits - clicks, 0) AS expected_short_rate
  FROM counted JOIN every USING (period, label)
), tested AS (
  SELECT *, CASE WHEN expected_short_rate > 0 AND expected_short_rate < 1
    THEN (short_visit_rate - expected_short_rate) / sqrt(expected_short_rate * (1 - expected_short_rate) / clicks)
    END AS z
  FROM expected JOIN (SELECT *, name AS campaign FROM visitors_of_periods WHERE dimension = 'click')
    USING (period, label, campaign)
)
SELECT period, label, campaign, clicks, visitors, 1 - visitors / clicks AS repeat_rate, short_visit_rate,
  expected_short_rate, z, coalesce(z > 3 AND clicks >= 30, false) AS suspect
FROM tested JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, clicks DESC, campaign
