-- Page views of each visit by their own hour; those on a later day than the visit's stand in its last hour.
CREATE TABLE visit_hours AS
SELECT visit, CAST(CASE WHEN views.day > visits.day THEN 23 ELSE views.hour END AS TINYINT) AS hour,
  count(*) AS page_views
FROM views JOIN visits USING (visit)
GROUP BY ALL;
