-- When visitors come: visits at the weekday of their day and the hour of their first page view, page views at that
-- weekday and their own hour, those past midnight in hour 23.
WITH summed AS (
  SELECT period, label, weekday, hour, sum(visits) AS visits, sum(page_views) AS page_views
  FROM cells_hours JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, CAST(weekday AS SMALLINT) AS weekday, CAST(hour AS SMALLINT) AS hour,
  CAST(visits AS BIGINT) AS visits, CAST(page_views AS BIGINT) AS page_views
FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, weekday, hour
