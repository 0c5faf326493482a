-- Each item in a period and in as many days before it, and z of the two shares, their variance pooled.
CREATE OR REPLACE TABLE changed AS
WITH compared AS (
  SELECT period, label, dimension, page, name, CAST(sum(number) FILTER (earlier) AS BIGINT) AS before,
    CAST(sum(number) FILTER (NOT earlier) AS BIGINT) AS after
  FROM items JOIN compared_units USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), totals AS (
  SELECT period, label, of_what, CAST(sum(number) FILTER (earlier) AS BIGINT) AS total_before,
    CAST(sum(number) FILTER (NOT earlier) AS BIGINT) AS total_after
  FROM unit_totals JOIN compared_units USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), shares AS (
  SELECT period, label, dimension, page, name, coalesce(before, 0) AS before, coalesce(after, 0) AS after,
    total_before, total_after, coalesce(before, 0) / total_before AS share_before,
    coalesce(after, 0) / total_after AS share_after,
    (coalesce(before, 0) + coalesce(after, 0)) / (total_before + total_after) AS pooled
  FROM compared JOIN totals USING (period, label)
  WHERE of_what = if(dimension IN ('robot', 'error'), 'hits', 'visits')
)
SELECT period, label, dimension, page, name, before, after, share_before, share_after,
  (share_after - share_before)
    / sqrt(nullif(pooled * (1 - pooled), 0) * (1 / total_before + 1 / total_after)) AS z
FROM shares;
