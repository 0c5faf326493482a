-- How many visitors behaved like robots for a day, by period and rule.
SELECT period, rule, CAST(sum(visitor_days) AS BIGINT) FROM cells_behaved JOIN unit_periods USING (unit)
GROUP BY period, rule ORDER BY period, rule
