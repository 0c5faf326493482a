-- Which channels bring visitors. Who came only once is as many visitors as visits; the others must be told apart.
WITH facts AS (
  SELECT cohort, channel, visitor, short, orders, revenue,
    visitor IN (SELECT visitor FROM visits GROUP BY visitor HAVING count(*) > 1) AS regular
  FROM visits JOIN cohorts USING (visit) JOIN arrivals USING (visit)
), counted AS (
  SELECT cohort, channel, count(*) AS visits, count(*) FILTER (NOT regular) AS visitors,
    count(*) FILTER (short) AS short_visits, sum(orders) AS orders, sum(revenue) AS revenue
  FROM facts GROUP BY ALL
), summed AS (
  SELECT period, label, channel, sum(visits) AS visits, sum(visitors) AS visitors, sum(short_visits) AS short_visits,
    sum(orders) AS orders, sum(revenue) AS revenue
  FROM counted JOIN cohort_labels USING (cohort) JOIN span USING (day) GROUP BY ALL
), regulars AS (
  SELECT period, label, channel, count(DISTINCT visitor) AS visitors
  FROM (SELECT DISTINCT cohort, channel, visitor FROM facts WHERE regular) JOIN cohort_labels USING (cohort)
  JOIN span USING (day) GROUP BY ALL
)
SELECT period, label, channel, CAST(visits AS BIGINT) AS visits,
  CAST(s.visitors + coalesce(r.visitors, 0) AS BIGINT) AS visitors, short_visits / visits AS short_visit_rate,
  CAST(orders AS BIGINT) AS orders, CAST(revenue AS DECIMAL(38, 2)) AS revenue, orders / visits AS conversion_rate
FROM summed AS s LEFT JOIN regulars AS r USING (period, label, channel)
JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, s.visits DESC, channel
