-- What is kept of page views: which page of which visit, and how often.
CREATE VIEW kept_seen AS
SELECT CAST(visit AS UINTEGER) AS visit, CAST(page AS UINTEGER) AS page, CAST(views AS UINTEGER) AS views,
  CAST(entries AS UTINYINT) AS entries, CAST(exits AS UTINYINT) AS exits, CAST(page_us AS BIGINT) AS page_us,
  CAST(timed AS UINTEGER) AS timed
FROM seen;

-- By hour, those on a later day than the visit's in its last hour.
CREATE VIEW kept_views AS
SELECT CAST(visit AS UINTEGER) AS visit, CAST(page AS UINTEGER) AS page, CAST(page_before AS UINTEGER) AS page_before,
  CAST(CASE WHEN views.day > visits.day THEN 23 ELSE views.hour END AS TINYINT) AS hour
FROM views JOIN visits USING (visit);
