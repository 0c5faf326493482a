-- What robots asked for.
SELECT day - DATE '1970-01-01' AS unit, 0 AS label_set, robot, purpose, page, marked, sum(hits) AS hits,
  sum(bytes) AS bytes, min(first_ts) AS first_ts, max(last_ts) AS last_ts
FROM robot_hits GROUP BY ALL
