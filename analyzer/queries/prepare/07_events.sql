-- Page views, downloads and exit clicks of people, in time order: ties are broken by file start, then line. A stretch is
-- what a visitor did without a pause longer than the gap; it bears the number of its first event.
CREATE TABLE events AS
WITH numbered AS (
  SELECT $base + row_number() OVER (ORDER BY ts, source, line) AS hit, *
  FROM judged WHERE category IN ('page_views', 'downloads', 'exits')
), paused AS (
  SELECT *, coalesce(ts - lag(ts) OVER (PARTITION BY visitor ORDER BY hit) > to_minutes($gap_minutes), true) AS after_gap
  FROM numbered
)
SELECT hit, visitor, ts, day, hour, source, line, page, arrival, place, sender, referrer, cookie, status,
  coalesce(external, false) AS external, category,
  had_persistent, order_total, order_id,
  max(CASE WHEN after_gap THEN hit END) OVER (PARTITION BY visitor ORDER BY hit) AS stretch
FROM paused LEFT JOIN referrers USING (referrer);
