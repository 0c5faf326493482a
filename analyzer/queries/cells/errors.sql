-- What people asked for in vain. A label covers the hits of its visits' visitors between the first and the last event
-- of a visit: of the label's visits, the last one begun by then decides, since visits of a visitor follow each other.
WITH stretches AS (
  SELECT label, key AS visitor, first_ts, max(until_ts) AS until_ts
  FROM visits JOIN membership USING (visit)
  WHERE label <> 'all' AND key IN (SELECT visitor FROM error_hits) GROUP BY ALL
), candidates AS (
  SELECT DISTINCT label, visitor FROM stretches
), covered AS (
  SELECT 'all' AS label, day, status, path, referrer FROM error_hits
  UNION ALL
  SELECT e.label, day, status, path, referrer
  FROM (FROM error_hits JOIN candidates USING (visitor)) AS e ASOF JOIN stretches AS s
    ON s.label = e.label AND s.visitor = e.visitor AND s.first_ts <= e.ts
  WHERE e.ts <= s.until_ts
)
SELECT day - DATE '1970-01-01' AS unit, label_order AS label_set, status, path, referrer, count(*) AS hits
FROM covered JOIN every_label USING (label) GROUP BY ALL
