-- How far visits go. A visit progresses from a group when it sees a deeper stage after a view of it, however many
-- stages it skips; one that saw a deeper stage only before the group counts in neither number. Of one that does not
-- progress, `left_to` is the page after its last view of the group, or -1 where it leaves the site.
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
  SELECT visit, funnel, stage_number, group_number, next_page, coalesce(first_hit < last_deeper, false) AS progressed,
    coalesce(first_deeper < last_hit, false) AS came_back
  FROM funnel_seen JOIN deeper USING (visit, funnel, stage_number)
)
SELECT unit, label_set, funnel, stage_number, group_number,
  CASE WHEN NOT progressed THEN coalesce(CAST(next_page AS BIGINT), -1) END AS left_to,
  count(*) AS visits, count(*) FILTER (progressed) AS progressed
FROM judged_visits JOIN classes USING (visit)
WHERE progressed OR NOT came_back GROUP BY unit, label_set, funnel, stage_number, group_number, left_to
