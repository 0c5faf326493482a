-- What people asked for in vain, and which links led there.
WITH summed AS (
  SELECT period, label, status, path, referrer, CAST(sum(hits) AS BIGINT) AS hits
  FROM cells_errors JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, status, path, referrer, hits FROM summed JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, hits DESC, status, path, referrer
