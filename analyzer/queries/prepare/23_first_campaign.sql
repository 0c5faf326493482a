-- The first campaign before a visit that has none of its own, within the window, from start to start. Of clicks at the
-- same moment the first counts. Visits are numbered in time order.
CREATE TABLE attributed AS
WITH firsts AS (
  SELECT visitor, first_ts, min(visit) AS visit, arg_min(campaign, visit) AS campaign FROM clicks GROUP BY ALL
), others AS (
  SELECT visit, visitor, first_ts - to_seconds($window_s) AS since FROM visits ANTI JOIN clicks USING (visit)
  WHERE visitor IN (SELECT visitor FROM clicks)
)
SELECT o.visit, f.campaign
FROM others AS o ASOF JOIN firsts AS f ON f.visitor = o.visitor AND f.first_ts >= o.since
WHERE f.visit < o.visit;
