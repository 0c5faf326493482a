-- Files downloaded. Downloads outside any visit count, on their own day, for all visitors only.
WITH per_visit AS (
  SELECT visit, coalesce(c.unit, e.day - DATE '1970-01-01') AS unit, coalesce(label_set, 0) AS label_set, page,
    count(*) AS downloads
  FROM visited AS e LEFT JOIN classes AS c USING (visit) WHERE category = 'downloads' GROUP BY ALL
)
SELECT unit, label_set, page, sum(downloads) AS downloads, count(visit) AS visits
FROM per_visit GROUP BY unit, label_set, page
