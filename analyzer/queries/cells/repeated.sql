-- How many hits of a file another file of its server has already; those do not count.
SELECT CAST(local_time(ts) AS DATE) - DATE '1970-01-01' AS unit, 0 AS label_set, s.id AS source,
  a.id AS already, count(*) AS hits
FROM repeats AS r JOIN sources AS s ON s.source = r.source JOIN sources AS a ON a.source = r.already
GROUP BY ALL
