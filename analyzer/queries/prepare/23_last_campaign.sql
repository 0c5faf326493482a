-- The last campaign before a visit that has none of its own, within the window, from start to start. Visits are
-- numbered in time order.
CREATE TABLE attributed AS
SELECT o.visit, c.campaign
FROM others AS o ASOF JOIN clicks AS c ON c.visitor = o.visitor AND c.visit < o.place
WHERE o.first_ts - c.first_ts <= to_seconds($window_s);
