-- Page views that carry an amount that cannot be read; it is left out.
SELECT unit, 0 AS label_set, count(*) AS amounts
FROM views JOIN classes USING (visit) JOIN amounts ON raw = order_total WHERE amount IS NULL GROUP BY unit
