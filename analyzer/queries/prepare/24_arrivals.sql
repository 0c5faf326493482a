-- One row a visit: where it came from, and the campaign it belongs to, its own (then it is a click) or an earlier one.
CREATE TABLE arrivals AS
SELECT visit, channel, engine, term, assistant, coalesce(w.campaign, a.campaign) AS campaign,
  w.campaign IS NOT NULL AS clicked
FROM entered JOIN ways AS w USING (place, kind) LEFT JOIN attributed AS a USING (visit);
