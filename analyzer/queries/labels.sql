-- How labels overlap: visits that carry both.
WITH sizes AS (
  SELECT cohort, count(*) AS visits FROM cohorts GROUP BY cohort
), shared AS (
  SELECT period, a.label, b.label AS other, CAST(sum(visits) AS BIGINT) AS visits
  FROM sizes JOIN cohort_labels AS a USING (cohort) JOIN cohort_labels AS b USING (cohort) JOIN span ON span.day = a.day
  GROUP BY ALL
)
SELECT p.period, l.label, o.label AS other, coalesce(s.visits, 0) AS visits, coalesce(s.visits, 0) / w.visits AS share
FROM periods AS p CROSS JOIN labels AS l CROSS JOIN labels AS o
LEFT JOIN shared AS s ON s.period = p.period AND s.label = l.label AND s.other = o.label
LEFT JOIN shared AS w ON w.period = p.period AND w.label = l.label AND w.other = l.label
ORDER BY p.period_order, l.label_order, o.label_order
