-- How far visits go, by funnel, stage and group of pages.
WITH summed AS (
  SELECT period, label, funnel, stage_number, group_number, CAST(sum(visits) AS BIGINT) AS visits,
    CAST(sum(progressed) AS BIGINT) AS progressed
  FROM cells_funnel JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT p.period, l.label, g.funnel, g.stage, g.group_name AS "group", coalesce(visits, 0) AS visits,
  CASE WHEN NOT is_last THEN coalesce(progressed, 0) END AS progressed,
  CASE WHEN NOT is_last THEN progressed / visits END AS progression
FROM periods AS p CROSS JOIN labels AS l CROSS JOIN funnel_groups AS g
LEFT JOIN summed AS s ON s.period = p.period AND s.label = l.label AND s.funnel = g.funnel
  AND s.stage_number = g.stage_number AND s.group_number = g.group_number
ORDER BY p.period_order, l.label_order, g.group_id
