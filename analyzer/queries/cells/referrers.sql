-- The sites and pages that visits come from.
SELECT unit, label_set, domain, url, count(*) AS visits, count(*) FILTER (short) AS short_visits,
  sum(orders) AS orders, sum(revenue) AS revenue
FROM visits JOIN classes USING (visit) GROUP BY unit, label_set, domain, url
