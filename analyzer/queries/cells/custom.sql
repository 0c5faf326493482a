-- What the custom variables say, once a visit for each value.
SELECT unit, label_set, variable, value, count(*) AS visits, sum(orders) AS orders, sum(revenue) AS revenue
FROM custom_values JOIN visits USING (visit) JOIN classes USING (visit) GROUP BY unit, label_set, variable, value
