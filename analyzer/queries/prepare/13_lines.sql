-- Where the lines of each file went, day by day. Lines of a file without any readable time are of no day.
CREATE TABLE lines AS
WITH found AS (
  SELECT source, day, category, count(*) AS lines FROM judged GROUP BY ALL
  UNION ALL
  SELECT source, CAST(local_time(ts) AS DATE) AS day, category, count(*) AS lines
  FROM (FROM uncounted UNION ALL SELECT source, ts, 'duplicates' AS category FROM repeats) GROUP BY ALL
)
SELECT source, coalesce(day, $undated) AS day, category, CAST(sum(lines) AS BIGINT) AS lines FROM found GROUP BY ALL;
