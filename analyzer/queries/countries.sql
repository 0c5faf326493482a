-- Which countries visitors are in. Who came only once is as many visitors as visits; the others must be told apart.
WITH facts AS (
  SELECT cohort, coalesce(country, '(unknown)') AS country, visitor, orders, revenue,
    visitor IN (SELECT visitor FROM visits GROUP BY visitor HAVING count(*) > 1) AS regular
  FROM visits JOIN cohorts USING (visit) JOIN visit_traits USING (visit)
), counted AS (
  SELECT cohort, country, count(*) AS visits, count(*) FILTER (NOT regular) AS visitors, sum(orders) AS orders,
    sum(revenue) AS revenue
  FROM facts GROUP BY ALL
), summed AS (
  SELECT period, label, country, sum(visits) AS visits, sum(visitors) AS visitors, sum(orders) AS orders,
    sum(revenue) AS revenue
  FROM counted JOIN cohort_labels USING (cohort) JOIN span USING (day) GROUP BY ALL
), regulars AS (
  SELECT period, label, country, count(DISTINCT visitor) AS visitors
  FROM (SELECT DISTINCT cohort, country, visitor FROM facts WHERE regular) JOIN cohort_labels USING (cohort)
  JOIN span USING (day) GROUP BY ALL
)
SELECT period, label, country, CAST(visits AS BIGINT) AS visits,
  CAST(s.visitors + coalesce(r.visitors, 0) AS BIGINT) AS visitors, CAST(orders AS BIGINT) AS orders,
  CAST(revenue AS DECIMAL(38, 2)) AS revenue
FROM summed AS s LEFT JOIN regulars AS r USING (period, label, country)
JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, country
