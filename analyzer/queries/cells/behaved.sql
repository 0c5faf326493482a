-- How many visitors behaved like robots for a day, by the rule that says so.
SELECT day - DATE '1970-01-01' AS unit, 0 AS label_set, rule, count(*) AS visitor_days FROM behaviour GROUP BY ALL
