-- How often each robot came on a day.
SELECT day - DATE '1970-01-01' AS unit, 0 AS label_set, robot, purpose, sum(hits) AS hits FROM robot_hits GROUP BY ALL
