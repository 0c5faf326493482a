-- How many hits of a file another file of its server has already; those do not count.
SELECT s.file, a.file AS already, count(*) AS hits
FROM repeats AS r JOIN sources AS s ON s.source = r.source JOIN sources AS a ON a.source = r.already
GROUP BY ALL ORDER BY ALL
