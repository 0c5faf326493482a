-- When visitors come: visits at the weekday of their day and the hour of their first page view, page views at that
-- weekday and their own hour, those past midnight in hour 23.
WITH cells AS (
  SELECT cohort, hour, count(*) AS visits, 0 AS page_views FROM visits JOIN cohorts USING (visit) GROUP BY ALL
  UNION ALL
  SELECT cohort, hour, 0, sum(page_views) FROM visit_hours JOIN cohorts USING (visit) GROUP BY ALL
), daily AS (
  SELECT day, label, hour, sum(visits) AS visits, sum(page_views) AS page_views
  FROM cells JOIN cohort_labels USING (cohort) GROUP BY ALL
), summed AS (
  SELECT period, label, isodow(day) AS weekday, hour, sum(visits) AS visits, sum(page_views) AS page_views
  FROM daily JOIN span USING (day) GROUP BY ALL
)
SELECT period, label, CAST(weekday AS SMALLINT) AS weekday, CAST(hour AS SMALLINT) AS hour,
  CAST(visits AS BIGINT) AS visits, CAST(page_views AS BIGINT) AS page_views
FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, weekday, hour
