-- Which screens visitors have, where the log tells: the first that a visit names.
WITH daily AS (
  SELECT day, label, screen, count(*) AS visits
  FROM visit_traits JOIN cohorts USING (visit) JOIN cohort_labels USING (cohort) WHERE screen IS NOT NULL GROUP BY ALL
)
SELECT period, label, screen, CAST(sum(visits) AS BIGINT) AS visits
FROM daily JOIN span USING (day) JOIN periods USING (period) JOIN labels USING (label)
GROUP BY period, period_order, label, label_order, screen
ORDER BY period_order, label_order, visits DESC, screen
