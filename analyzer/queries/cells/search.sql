-- What was searched for, and where.
SELECT unit, label_set, engine, term, count(*) AS visits, count(*) FILTER (short) AS short_visits,
  sum(orders) AS orders, sum(revenue) AS revenue
FROM visits JOIN classes USING (visit) JOIN arrivals USING (visit) WHERE engine IS NOT NULL
GROUP BY unit, label_set, engine, term
