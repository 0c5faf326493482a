-- Where every line went: lines = directives + hits + rejects, and the categories add up to the hits.
SELECT period, 'all' AS label, file, CAST(sum(lines) AS BIGINT) AS lines,
  CAST(sum(if(category = 'directives', lines, 0)) AS BIGINT) AS directives,
  CAST(sum(if(category NOT IN ('directives', 'rejects'), lines, 0)) AS BIGINT) AS hits,
  CAST(sum(if(category = 'rejects', lines, 0)) AS BIGINT) AS rejects,
  CAST(sum(if(category = 'duplicates', lines, 0)) AS BIGINT) AS duplicates,
  CAST(sum(if(category = 'excluded', lines, 0)) AS BIGINT) AS excluded,
  CAST(sum(if(category = 'robots', lines, 0)) AS BIGINT) AS robots,
  CAST(sum(if(category = 'static', lines, 0)) AS BIGINT) AS static,
  CAST(sum(if(category = 'downloads', lines, 0)) AS BIGINT) AS downloads,
  CAST(sum(if(category = 'exits', lines, 0)) AS BIGINT) AS exits,
  CAST(sum(if(category = 'page_views', lines, 0)) AS BIGINT) AS page_views,
  CAST(sum(if(category = 'other', lines, 0)) AS BIGINT) AS other
FROM cells_lines AS l JOIN sources AS s ON s.id = l.source
JOIN unit_periods USING (unit) JOIN periods USING (period)
GROUP BY period, period_order, file
ORDER BY period_order, file
