-- The countries that visitors are in.
SELECT unit, label_set, country, count(*) AS visits, sum(orders) AS orders, sum(revenue) AS revenue
FROM visits JOIN classes USING (visit) JOIN visit_traits USING (visit) GROUP BY unit, label_set, country
