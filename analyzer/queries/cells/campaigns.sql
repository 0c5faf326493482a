-- The campaigns that visits belong to; a click is a visit that entered on it.
SELECT unit, label_set, coalesce(campaign, '(none)') AS campaign, count(*) FILTER (clicked) AS clicks,
  count(*) FILTER (clicked AND short) AS short_clicks, count(*) AS visits, sum(orders) AS orders, sum(revenue) AS revenue
FROM visits JOIN classes USING (visit) JOIN arrivals USING (visit) GROUP BY ALL
