-- How many hits of a file another file of its server has already; those do not count.
SELECT source, already, CAST(sum(hits) AS BIGINT) FROM cells_repeated JOIN unit_periods USING (unit)
WHERE period = 'all' GROUP BY ALL ORDER BY ALL
