-- Visits at the hour of their first page view, page views at their own hour, those past midnight in hour 23.
WITH found AS (
  SELECT unit, label_set, weekday, hour, 1 AS visits, 0 AS page_views, short, orders, revenue
  FROM visits JOIN classes USING (visit)
  UNION ALL
  SELECT unit, label_set, weekday, w.hour, 0, w.page_views, false, 0, 0
  FROM visit_hours AS w JOIN visits USING (visit) JOIN classes USING (visit)
)
SELECT unit, label_set, weekday, hour, sum(visits) AS visits, sum(page_views) AS page_views,
  count(*) FILTER (short) AS short_visits, sum(orders) AS orders, sum(revenue) AS revenue
FROM found GROUP BY unit, label_set, weekday, hour
