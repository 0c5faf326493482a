-- Which files are downloaded. Downloads outside any visit count, on their own day, for all visitors only.
WITH per_visit AS (
  SELECT visit, coalesce(v.day, e.day) AS day, page, count(*) AS downloads
  FROM visited AS e LEFT JOIN visits AS v USING (visit) WHERE category = 'downloads' GROUP BY ALL
), summed AS (
  SELECT period, coalesce(label, 'all') AS label, page, CAST(sum(downloads) AS BIGINT) AS downloads,
    count(visit) AS visits
  FROM per_visit LEFT JOIN membership USING (visit) JOIN span USING (day) GROUP BY ALL
)
SELECT period, label, page_name AS file, downloads, visits
FROM summed JOIN pages USING (page) JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, downloads DESC, summed.page
