-- How many visitors behaved like robots for a day, by rule.
SELECT rule, count(*) FROM behaviour GROUP BY rule ORDER BY rule
