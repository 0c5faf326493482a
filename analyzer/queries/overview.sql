-- The key figures of a period. Downloads and exit clicks outside any visit count for all visitors only.
WITH counted AS (
  SELECT period, label, count(*) AS visits, count(DISTINCT visitor) AS visitors,
    sum(page_views) AS page_views, sum(visit_us) AS visit_us, count(*) FILTER (short) AS short_visits,
    count(*) FILTER (NOT returning_visitor) AS new_visits, count(*) FILTER (returning_visitor) AS returning_visits,
    sum(orders) AS orders, sum(revenue) AS revenue
  FROM visits JOIN span USING (day) JOIN membership USING (visit) GROUP BY ALL
), clicks AS (
  SELECT period, coalesce(label, 'all') AS label, count(*) FILTER (category = 'downloads') AS downloads,
    count(*) FILTER (category = 'exits') AS exit_clicks
  FROM visited AS e LEFT JOIN visits AS v USING (visit) JOIN span ON span.day = coalesce(v.day, e.day)
  LEFT JOIN membership AS m ON m.visit = e.visit
  WHERE category <> 'page_views' GROUP BY ALL
)
SELECT p.period, l.label, coalesce(visits, 0) AS visits, coalesce(visitors, 0) AS visitors,
  CAST(coalesce(page_views, 0) AS BIGINT) AS page_views, page_views / visits AS pages_per_visit,
  visit_us / (visits * 1000000) AS seconds_per_visit, coalesce(short_visits, 0) AS short_visits,
  short_visits / visits AS short_visit_rate, coalesce(new_visits, 0) AS new_visits,
  coalesce(returning_visits, 0) AS returning_visits, coalesce(downloads, 0) AS downloads,
  coalesce(exit_clicks, 0) AS exit_clicks, CAST(coalesce(orders, 0) AS BIGINT) AS orders,
  CAST(coalesce(revenue, 0) AS DECIMAL(38, 2)) AS revenue, orders / visits AS conversion_rate
FROM periods AS p CROSS JOIN labels AS l
LEFT JOIN counted USING (period, label) LEFT JOIN clicks USING (period, label)
ORDER BY p.period_order, l.label_order
