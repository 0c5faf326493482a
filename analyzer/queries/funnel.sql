-- How far visits go. A visit progresses from a group when it sees a deeper stage after a view of it, however many
-- stages it skips; one that saw a deeper stage only before the group counts in neither number.
WITH reached AS (
  SELECT visit, funnel, stage_number, min(first_hit) AS first_hit, max(last_hit) AS last_hit
  FROM funnel_seen GROUP BY ALL
), deeper AS (
  SELECT visit, funnel, stage_number, min(first_hit) OVER deeper_stages AS first_deeper,
    max(last_hit) OVER deeper_stages AS last_deeper
  FROM reached
  WINDOW deeper_stages AS (
    PARTITION BY visit, funnel ORDER BY stage_number ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
), judged_visits AS (
  SELECT visit, funnel, stage_number, group_number, coalesce(first_hit < last_deeper, false) AS progressed,
    coalesce(first_deeper < last_hit, false) AS came_back
  FROM funnel_seen JOIN deeper USING (visit, funnel, stage_number)
), counted AS (
  SELECT cohort, funnel, stage_number, group_number, count(*) AS visits, count(*) FILTER (progressed) AS progressed
  FROM judged_visits JOIN cohorts USING (visit)
  WHERE progressed OR NOT came_back GROUP BY ALL
), summed AS (
  SELECT period, label, funnel, stage_number, group_number, CAST(sum(visits) AS BIGINT) AS visits,
    CAST(sum(progressed) AS BIGINT) AS progressed
  FROM counted JOIN cohort_labels USING (cohort) JOIN span USING (day) GROUP BY ALL
)
SELECT p.period, l.label, g.funnel, g.stage, g.group_name AS "group", coalesce(visits, 0) AS visits,
  CASE WHEN NOT is_last THEN coalesce(progressed, 0) END AS progressed,
  CASE WHEN NOT is_last THEN progressed / visits END AS progression
FROM periods AS p CROSS JOIN labels AS l CROSS JOIN funnel_groups AS g
LEFT JOIN summed AS s ON s.period = p.period AND s.label = l.label AND s.funnel = g.funnel
  AND s.stage_number = g.stage_number AND s.group_number = g.group_number
ORDER BY p.period_order, l.label_order, g.group_id
