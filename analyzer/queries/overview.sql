-- The key figures of a period. Downloads and exit clicks outside any visit count for all visitors only.
WITH counted AS (
  SELECT period, label, sum(visits) AS visits, sum(page_views) AS page_views, sum(visit_us) AS visit_us,
    sum(short_visits) AS short_visits, sum(new_visits) AS new_visits, sum(returning_visits) AS returning_visits,
    sum(orders) AS orders, sum(revenue) AS revenue
  FROM cells_visits JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), clicks AS (
  SELECT period, label, sum(downloads) AS downloads, sum(exit_clicks) AS exit_clicks
  FROM cells_clicks JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT p.period, l.label, CAST(coalesce(visits, 0) AS BIGINT) AS visits, coalesce(visitors, 0) AS visitors,
  CAST(coalesce(page_views, 0) AS BIGINT) AS page_views, page_views / visits AS pages_per_visit,
  visit_us / (visits * 1000000) AS seconds_per_visit, CAST(coalesce(short_visits, 0) AS BIGINT) AS short_visits,
  short_visits / visits AS short_visit_rate, CAST(coalesce(new_visits, 0) AS BIGINT) AS new_visits,
  CAST(coalesce(returning_visits, 0) AS BIGINT) AS returning_visits,
  CAST(coalesce(downloads, 0) AS BIGINT) AS downloads, CAST(coalesce(exit_clicks, 0) AS BIGINT) AS exit_clicks,
  CAST(coalesce(orders, 0) AS BIGINT) AS orders, CAST(coalesce(revenue, 0) AS DECIMAL(38, 2)) AS revenue,
  orders / visits AS conversion_rate
FROM periods AS p CROSS JOIN labels AS l
LEFT JOIN counted USING (period, label) LEFT JOIN clicks USING (period, label)
LEFT JOIN (FROM visitors_of_periods WHERE dimension = 'all') USING (period, label)
ORDER BY p.period_order, l.label_order
