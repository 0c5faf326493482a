-- The course of a period by day, of one day by hour. Visits stand at their start; page views of a day at their own hour,
-- those past midnight in hour 23.
WITH slots AS (
  SELECT period, day AS date, CAST(NULL AS SMALLINT) AS hour, day FROM calendar WHERE kind <> 'day'
  UNION ALL
  SELECT period, NULL, CAST(hour AS SMALLINT), day FROM calendar, range(24) AS hours(hour) WHERE kind = 'day'
), course AS (
  SELECT unit, CAST(NULL AS TINYINT) AS hour, label_set, visits, page_views, short_visits, orders, revenue FROM cells_visits
  UNION ALL
  SELECT unit, hour, label_set, visits, page_views, short_visits, orders, revenue FROM cells_hours
), counted AS (
  SELECT unit, hour, label, sum(visits) AS visits, sum(page_views) AS page_views, sum(short_visits) AS short_visits,
    sum(orders) AS orders, sum(revenue) AS revenue
  FROM course JOIN label_sets USING (label_set) GROUP BY ALL
), came AS (
  SELECT unit, NULL AS hour, label, sum(in_day) AS visitors
  FROM cells_visitors JOIN label_sets USING (label_set) WHERE dimension = 'all' GROUP BY ALL
  UNION ALL
  SELECT unit, hour, label, visitors FROM cells_hour_visitors JOIN label_sets USING (label_set)
)
SELECT period, l.label, date, s.hour, CAST(coalesce(visits, 0) AS BIGINT) AS visits,
  CAST(coalesce(visitors, 0) AS BIGINT) AS visitors, CAST(coalesce(page_views, 0) AS BIGINT) AS page_views,
  CAST(coalesce(short_visits, 0) AS BIGINT) AS short_visits, CAST(coalesce(orders, 0) AS BIGINT) AS orders,
  CAST(coalesce(revenue, 0) AS DECIMAL(38, 2)) AS revenue
FROM slots AS s JOIN periods USING (period) CROSS JOIN labels AS l
LEFT JOIN counted AS c ON c.unit = s.day - DATE '1970-01-01' AND c.hour IS NOT DISTINCT FROM s.hour AND c.label = l.label
LEFT JOIN came AS v ON v.unit = c.unit AND v.hour IS NOT DISTINCT FROM s.hour AND v.label = l.label
ORDER BY period_order, label_order, date, s.hour
