-- How the hits of robots spread over a period: by day, or by month where robots came over more than 190 days. Those eight
-- that came most often each, with most hits first, and at last all others together, who have no name here.
WITH came AS (
  SELECT period, day, robot, purpose, hits
  FROM calendar JOIN cells_robot_days ON unit = day - DATE '1970-01-01' WHERE kind <> 'day'
), lengths AS (
  SELECT period, CASE WHEN max(day) - min(day) < 190 THEN 10 ELSE 7 END AS length FROM came GROUP BY period
), places AS (
  SELECT period, robot, purpose,
    least(row_number() OVER (PARTITION BY period ORDER BY sum(hits) DESC, robot, purpose), 9) AS place
  FROM came GROUP BY period, robot, purpose
)
SELECT period, 'all' AS label, left(CAST(day AS VARCHAR), length) AS part,
  CASE WHEN place < 9 THEN robot END AS robot, CASE WHEN place < 9 THEN purpose END AS purpose,
  CAST(sum(hits) AS BIGINT) AS hits
FROM came JOIN places USING (period, robot, purpose) JOIN lengths USING (period) JOIN periods USING (period)
GROUP BY period, period_order, place, 3, 4, 5
ORDER BY period_order, place, part
