-- Where visits end, and how often a view of that page is the last.
WITH summed AS (
  SELECT period, label, page, sum(views) AS views, sum(exits) AS exits
  FROM cells_pages JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL HAVING sum(exits) > 0
)
SELECT period, label, page_name AS page, CAST(exits AS BIGINT) AS visits, exits / views AS exit_rate
FROM summed JOIN pages USING (page) JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, visits DESC, page_order
