-- Different visitors who carry the label that is asked.
INSERT INTO visitors_of_periods
SELECT period, $label, '$dimension', $thing AS name, count(DISTINCT visitor)
FROM kept_history SEMI JOIN members USING (visit) CROSS JOIN periods
WHERE day BETWEEN $first AND $last AND $condition GROUP BY ALL;
