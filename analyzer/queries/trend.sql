-- The course of a period by day, of one day by hour. Visits stand at their start; page views of a day at their own hour,
-- those past midnight in hour 23.
WITH slots AS (
  SELECT period, day AS date, CAST(NULL AS SMALLINT) AS hour, day AS slot_day, NULL AS slot_hour
  FROM calendar WHERE kind <> 'day'
  UNION ALL
  SELECT period, NULL, CAST(hour AS SMALLINT), day, hour FROM calendar, range(24) AS hours(hour) WHERE kind = 'day'
), started AS (
  SELECT day, hour, label, count(*) AS visits, count(DISTINCT visitor) AS visitors, sum(page_views) AS page_views,
    count(*) FILTER (short) AS short_visits, sum(orders) AS orders, sum(revenue) AS revenue
  FROM visits JOIN membership USING (visit) GROUP BY GROUPING SETS ((day, label), (day, hour, label))
), viewed AS (
  SELECT day, w.hour, label, sum(w.page_views) AS hour_views
  FROM visit_hours AS w JOIN visits USING (visit) JOIN membership USING (visit) GROUP BY ALL
)
SELECT period, l.label, date, s.hour, coalesce(visits, 0) AS visits, coalesce(visitors, 0) AS visitors,
  CAST(coalesce(CASE WHEN slot_hour IS NULL THEN page_views ELSE hour_views END, 0) AS BIGINT) AS page_views,
  coalesce(short_visits, 0) AS short_visits, CAST(coalesce(orders, 0) AS BIGINT) AS orders,
  CAST(coalesce(revenue, 0) AS DECIMAL(38, 2)) AS revenue
FROM slots AS s JOIN periods USING (period) CROSS JOIN labels AS l
LEFT JOIN started AS t ON t.day = slot_day AND t.hour IS NOT DISTINCT FROM slot_hour AND t.label = l.label
LEFT JOIN viewed AS w ON w.day = slot_day AND w.hour = slot_hour AND w.label = l.label
ORDER BY period_order, label_order, date, s.hour
