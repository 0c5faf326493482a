-- How many page views of a period carry an amount that cannot be read.
SELECT period, CAST(sum(amounts) AS BIGINT) FROM cells_unread JOIN unit_periods USING (unit) GROUP BY period
