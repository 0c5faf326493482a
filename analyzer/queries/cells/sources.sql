-- The channels that visits come by.
SELECT unit, label_set, channel, count(*) AS visits, count(*) FILTER (short) AS short_visits, sum(orders) AS orders,
  sum(revenue) AS revenue
FROM visits JOIN classes USING (visit) JOIN arrivals USING (visit) GROUP BY unit, label_set, channel
