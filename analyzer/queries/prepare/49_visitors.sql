-- Different visitors of each period. What a day adds to a week, month, year or to all is counted with the day.
CREATE OR REPLACE TABLE visitors_of_periods AS
SELECT period, label, dimension, name, CAST(sum(CASE kind
    WHEN 'day' THEN in_day WHEN 'week' THEN in_week WHEN 'month' THEN in_month WHEN 'year' THEN in_year ELSE in_all
  END) AS BIGINT) AS visitors
FROM cells_visitors JOIN unit_periods USING (unit) JOIN periods USING (period) JOIN label_sets USING (label_set)
GROUP BY ALL HAVING visitors > 0;
