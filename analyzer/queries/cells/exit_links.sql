-- Links to other sites followed. Clicks outside any visit count, on their own day, for all visitors only.
WITH per_visit AS (
  SELECT visit, coalesce(c.unit, e.day - DATE '1970-01-01') AS unit, coalesce(label_set, 0) AS label_set,
    coalesce(exit_url, '(unknown)') AS url, count(*) AS clicks
  FROM visited AS e LEFT JOIN classes AS c USING (visit) LEFT JOIN extras AS x ON x.source = e.source AND x.line = e.line
  WHERE category = 'exits' GROUP BY ALL
)
SELECT unit, label_set, url, sum(clicks) AS clicks, count(visit) AS visits FROM per_visit GROUP BY unit, label_set, url
