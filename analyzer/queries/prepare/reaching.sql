-- When the first of those stretches began that reach, within the gap, into the first day that is counted.
WITH reaching AS (
  SELECT DISTINCT visitor FROM earlier_history WHERE day < DATE '$first_day' AND until_ts >= TIMESTAMP '$since'
), followed AS (
  SELECT visitor, first_ts,
    first_ts - max(until_ts) OVER (PARTITION BY visitor ORDER BY visit ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      <= to_seconds($gap_s) AS goes_on
  FROM earlier_history SEMI JOIN reaching USING (visitor) WHERE day < DATE '$first_day'
)
SELECT min(first_ts) FROM (
  SELECT visitor, max(first_ts) AS first_ts FROM followed WHERE goes_on IS NOT true GROUP BY visitor)
