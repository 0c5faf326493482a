-- Which links to other sites are followed. Clicks outside any visit count, on their own day, for all visitors only.
WITH per_visit AS (
  SELECT visit, coalesce(v.day, e.day) AS day, coalesce(exit_url, '(unknown)') AS url, count(*) AS clicks
  FROM visited AS e LEFT JOIN visits AS v USING (visit) LEFT JOIN extras AS x ON x.source = e.source AND x.line = e.line
  WHERE category = 'exits' GROUP BY ALL
)
SELECT period, label, url, CAST(sum(clicks) AS BIGINT) AS clicks, count(visit) AS visits
FROM (SELECT p.*, coalesce(label, 'all') AS label FROM per_visit AS p LEFT JOIN membership USING (visit))
JOIN span USING (day) JOIN periods USING (period) JOIN labels USING (label)
GROUP BY period, period_order, label, label_order, url
ORDER BY period_order, label_order, clicks DESC, url
