-- Visits and what is summed of them.
SELECT unit, label_set, count(*) AS visits, sum(page_views) AS page_views, sum(visit_us) AS visit_us,
  count(*) FILTER (short) AS short_visits, count(*) FILTER (NOT returning_visitor) AS new_visits,
  count(*) FILTER (returning_visitor) AS returning_visits, sum(orders) AS orders, sum(revenue) AS revenue
FROM visits JOIN classes USING (visit) GROUP BY unit, label_set
