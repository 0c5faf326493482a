-- Page views, downloads and exit clicks of people, in time order: ties are broken by file start, then line. A stretch is
-- what a visitor did without a pause longer than the gap; it bears the number of its first event. Only what tells visits
-- apart is sorted here.
CREATE TABLE events AS
WITH numbered AS (
  SELECT $base + row_number() OVER (ORDER BY ts, source, line) AS hit, source, line, visitor, ts, arrival, referrer, category
  FROM judged WHERE category IN ('page_views', 'downloads', 'exits')
), paused AS (
  SELECT *, coalesce(ts - lag(ts) OVER (PARTITION BY visitor ORDER BY hit) > to_minutes($gap_minutes), true) AS after_gap
  FROM numbered
)
SELECT hit, source, line, arrival, referrer, coalesce(external, false) AS external, category,
  max(CASE WHEN after_gap THEN hit END) OVER (PARTITION BY visitor ORDER BY hit) AS stretch
FROM paused LEFT JOIN referrers USING (referrer);
