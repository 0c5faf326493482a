-- Different visitors of each day, by label.
SELECT unit, label_set, 'all' AS dimension, '' AS name, count(DISTINCT visitor) AS in_day
FROM visits JOIN classes USING (visit) GROUP BY ALL
