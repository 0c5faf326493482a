-- The same where there are too many labels for bits of a number.
INSERT INTO visitors_of_periods
SELECT period, label, '$dimension', name, count(DISTINCT visitor) FROM (
  SELECT DISTINCT visitor, label_set, $thing AS name FROM kept_history
  WHERE day BETWEEN $first AND $last AND $condition
) JOIN label_sets USING (label_set) CROSS JOIN periods GROUP BY ALL;
