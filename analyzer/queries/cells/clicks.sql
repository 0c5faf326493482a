-- Downloads and exit clicks; those outside any visit count, on their own day, for all visitors only.
SELECT coalesce(c.unit, e.day - DATE '1970-01-01') AS unit, coalesce(label_set, 0) AS label_set,
  count(*) FILTER (category = 'downloads') AS downloads, count(*) FILTER (category = 'exits') AS exit_clicks
FROM visited AS e LEFT JOIN classes AS c USING (visit) WHERE category <> 'page_views' GROUP BY ALL
