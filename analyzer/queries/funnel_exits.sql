-- Where visits go that do not go on in a funnel: to the page after their last one of the group, or off the site. They
-- are what `funnel` has left of a group's visits; of the last stage nobody is to go on. (exit) stands, by its name, behind
-- the page `marks` of the order of pages.
WITH summed AS (
  SELECT period, label, funnel, stage_number, group_number, left_to, CAST(sum(visits) AS BIGINT) AS visits
  FROM cells_funnel JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), shares AS (
  SELECT *, visits / sum(visits) OVER (PARTITION BY period, label, funnel, stage_number, group_number) AS share
  FROM summed
), marks AS (
  SELECT count(*) AS exit FROM pages WHERE page_name < '(exit)'
)
SELECT period, label, g.funnel, g.stage, g.group_name AS "group", coalesce(p.page_name, '(exit)') AS other,
  visits, share
FROM shares AS s JOIN funnel_groups AS g USING (funnel, stage_number, group_number)
LEFT JOIN pages AS p ON p.page = s.left_to JOIN periods USING (period) JOIN labels USING (label) CROSS JOIN marks
WHERE left_to IS NOT NULL AND NOT g.is_last
ORDER BY period_order, label_order, g.group_id, visits DESC, coalesce(p.page_order, marks.exit + 0.5)
