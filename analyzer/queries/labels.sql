-- How labels overlap: visits that carry both.
WITH sizes AS (
  SELECT period, label_set, sum(visits) AS visits FROM cells_visits JOIN unit_periods USING (unit) GROUP BY ALL
), shared AS (
  SELECT period, a.label, b.label AS other, CAST(sum(visits) AS BIGINT) AS visits
  FROM sizes JOIN label_sets AS a USING (label_set) JOIN label_sets AS b USING (label_set) GROUP BY ALL
)
SELECT p.period, l.label, o.label AS other, coalesce(s.visits, 0) AS visits, coalesce(s.visits, 0) / w.visits AS share
FROM periods AS p CROSS JOIN labels AS l CROSS JOIN labels AS o
LEFT JOIN shared AS s ON s.period = p.period AND s.label = l.label AND s.other = o.label
LEFT JOIN shared AS w ON w.period = p.period AND w.label = l.label AND w.other = l.label
ORDER BY p.period_order, l.label_order, o.label_order
