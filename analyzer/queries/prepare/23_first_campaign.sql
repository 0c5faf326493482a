-- The first campaign before a visit that has none of its own, within the window, from start to start. Of clicks at the
-- same moment the first counts. Visits are numbered in time order.
CREATE TABLE attributed AS
WITH firsts AS (
  SELECT visitor, first_ts, min(visit) AS visit, arg_min(campaign, visit) AS campaign FROM clicks GROUP BY ALL
), asking AS (
  SELECT visit, visitor, place, first_ts - to_seconds($window_s) AS since FROM others
)
SELECT o.visit, f.campaign
FROM asking AS o ASOF JOIN firsts AS f ON f.visitor = o.visitor AND f.first_ts >= o.since
WHERE f.visit < o.place;
