-- The page views of stretches that have more of them than a visit may have.
CREATE TABLE long_views AS
SELECT stretch, hit, arrival, referrer, external FROM events
WHERE category = 'page_views' AND stretch IN (
  SELECT stretch FROM events WHERE category = 'page_views' GROUP BY stretch HAVING count(*) > $limit)
