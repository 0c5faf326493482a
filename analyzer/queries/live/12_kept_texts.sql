-- What is kept for the criteria of labels alone: texts by their numbers, and which visits have them.
CREATE VIEW kept_addresses AS SELECT CAST(sender AS UINTEGER) AS sender, address FROM sender_ids;

CREATE VIEW kept_queries AS SELECT CAST(place AS UINTEGER) AS place, query FROM place_ids WHERE contains(query, '=');

CREATE VIEW kept_places AS
SELECT CAST(visit AS UINTEGER) AS visit, CAST(place AS UINTEGER) AS place FROM visited
WHERE category = 'page_views' AND place IN (SELECT place FROM place_ids WHERE contains(query, '='));

CREATE VIEW kept_cookies AS SELECT CAST(cookie AS UINTEGER) AS cookie, raw FROM cookie_ids;

CREATE VIEW kept_visit_cookies AS
SELECT CAST(visit AS UINTEGER) AS visit, CAST(cookie AS UINTEGER) AS cookie, bool_or(hit = visit) AS first_page
FROM visited WHERE category = 'page_views' AND cookie IS NOT NULL GROUP BY visit, cookie;

-- The answers to all that the visitor asked for from the first to the last event of the visit. Its events tell most; of
-- other requests, those that were simply answered tell nothing new where an event was, too.
CREATE VIEW kept_statuses AS
WITH told AS (
  SELECT DISTINCT visit, status FROM visited WHERE visit IS NOT NULL
), asked AS (
  SELECT visitor, ts, status FROM judged WHERE category IN ('static', 'other') AND status <> 200
  UNION ALL
  SELECT visitor, ts, status FROM judged WHERE category IN ('static', 'other') AND status = 200
    AND visitor IN (SELECT key FROM visits ANTI JOIN (FROM told WHERE status = 200) USING (visit))
)
SELECT CAST(visit AS UINTEGER) AS visit, status FROM told
UNION ALL
SELECT visit, status FROM (SELECT DISTINCT * FROM asked) AS a
JOIN visits AS v ON v.key = a.visitor AND a.ts BETWEEN v.first_ts AND v.until_ts;
