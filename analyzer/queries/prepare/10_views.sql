-- Page views in their visits, with the time to the next one of the visit.
CREATE TABLE views AS
SELECT hit, visit, page, ts, day, hour, order_total, order_id,
  epoch_us(lead(ts) OVER of_visit) - epoch_us(ts) AS page_us,
  hit = visit AS is_entry, lead(hit) OVER of_visit IS NULL AS is_exit,
  lag(page) OVER of_visit AS page_before, lag(order_total) OVER of_visit AS total_before
FROM visited WHERE category = 'page_views'
WINDOW of_visit AS (PARTITION BY visit ORDER BY hit);

-- What each visit saw of each page.
CREATE TABLE seen AS
SELECT visit, page, count(*) AS views, count(*) FILTER (is_entry) AS entries, count(*) FILTER (is_exit) AS exits,
  sum(page_us) AS page_us, count(page_us) AS timed
FROM views GROUP BY visit, page;
