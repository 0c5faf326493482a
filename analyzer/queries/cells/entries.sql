-- The pages on which visits begin.
SELECT unit, label_set, entry_page AS page, count(*) AS visits, count(*) FILTER (short) AS short_visits,
  sum(orders) AS orders, sum(revenue) AS revenue
FROM visits JOIN classes USING (visit) GROUP BY unit, label_set, entry_page
