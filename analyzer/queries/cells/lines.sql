-- Where the lines of each file went.
SELECT day - DATE '1970-01-01' AS unit, 0 AS label_set, id AS source, category, sum(lines) AS lines
FROM lines JOIN sources USING (source) GROUP BY ALL
