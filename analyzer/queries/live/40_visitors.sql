-- Different visitors of the period that is asked for: of everything, or by what $thing says of a visit.
INSERT INTO visitors_of_periods
SELECT period, label, '$dimension', name, count(DISTINCT visitor) FROM (
  SELECT DISTINCT visitor, label_set, $thing AS name
  FROM visits JOIN classes USING (visit) $tables
  WHERE unit IN (SELECT unit FROM unit_periods) AND $condition
) JOIN label_sets USING (label_set) CROSS JOIN periods GROUP BY ALL;
