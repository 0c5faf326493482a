-- Visits that entered on a campaign, those of earlier days too, if who made them comes again.
CREATE TABLE clicks AS
SELECT visit, visitor, first_ts, campaign
FROM visits JOIN entered USING (visit) JOIN ways USING (place, kind) WHERE campaign IS NOT NULL AND day >= $first_day
UNION ALL
SELECT visit, visitor, first_ts, campaign FROM earlier_history
WHERE clicked AND day < $first_day AND visitor IN (SELECT visitor FROM visits);

-- Visits that did not. Those of earlier days, which are only read again, stand where they stood in the order of time.
CREATE TABLE others AS
WITH own AS (
  SELECT visit FROM visits JOIN entered USING (visit) JOIN ways USING (place, kind) WHERE campaign IS NOT NULL
), stood AS (
  SELECT visitor, first_ts, min(visit) AS place FROM earlier_history WHERE day < $first_day
    AND visitor IN (SELECT visitor FROM visits WHERE day < $first_day) GROUP BY visitor, first_ts
)
SELECT visit, visitor, first_ts, CASE WHEN day < $first_day THEN coalesce(place, visit) ELSE visit END AS place
FROM visits ANTI JOIN own USING (visit) LEFT JOIN stood USING (visitor, first_ts)
WHERE visitor IN (SELECT visitor FROM clicks);
