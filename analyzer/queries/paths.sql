-- Which page comes before and after each page: consecutive page views of a visit. Clicks of a page on itself are no
-- rows, but stay in the page's views, by which clicks are divided. (entry) and (exit) stand, by their names, behind the
-- page `marks` of the order of pages.
WITH clicked AS (
  SELECT period, label, page_before, page, CAST(sum(clicks) AS BIGINT) AS clicks
  FROM cells_paths JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), viewed AS (
  SELECT period, label, page, CAST(sum(clicks) AS BIGINT) AS views FROM clicked GROUP BY ALL
), left_from AS (
  SELECT period, label, page_before AS page, CAST(sum(clicks) AS BIGINT) AS clicks
  FROM clicked WHERE page_before IS NOT NULL GROUP BY ALL
), ways AS (
  SELECT period, label, page, 'previous' AS direction, page_before AS other, clicks FROM clicked
  WHERE page_before IS DISTINCT FROM page
  UNION ALL
  SELECT period, label, page_before, 'next', page, clicks FROM clicked WHERE page_before <> page
  UNION ALL
  SELECT period, label, page, 'next', NULL, views - coalesce(clicks, 0)
  FROM viewed LEFT JOIN left_from USING (period, label, page) WHERE views > coalesce(clicks, 0)
), marks AS (
  SELECT count(*) FILTER (page_name < '(entry)') AS entry, count(*) FILTER (page_name < '(exit)') AS exit FROM pages
)
SELECT period, label, p.page_name AS page, direction,
  coalesce(o.page_name, if(direction = 'next', '(exit)', '(entry)')) AS other,
  clicks, clicks / views AS share
FROM ways AS w JOIN viewed USING (period, label, page) JOIN pages AS p USING (page)
LEFT JOIN pages AS o ON o.page = w.other
JOIN periods USING (period) JOIN labels USING (label) CROSS JOIN marks
ORDER BY period_order, label_order, p.page_order, direction DESC, clicks DESC,
  coalesce(o.page_order, if(direction = 'next', marks.exit, marks.entry) + 0.5)
