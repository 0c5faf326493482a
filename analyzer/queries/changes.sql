-- What changed against as many days before the period. `held` is Benjamini-Hochberg at 0.05: of a label's items of one
-- dimension those up to the largest p that is at most 0.05 x its rank / their number; none much above 0.05 can be such.
WITH sized AS (
  SELECT period, label, dimension, count(z) AS items FROM changed GROUP BY ALL
), ranked AS (
  SELECT period, label, dimension, p, sum(count(*)) OVER (PARTITION BY period, label, dimension ORDER BY p) AS rank
  FROM changed JOIN tails ON distance = abs(z) WHERE p < 0.06 GROUP BY period, label, dimension, p
), limits AS (
  SELECT period, label, dimension, max(p) AS p_limit FROM ranked JOIN sized USING (period, label, dimension)
  WHERE p <= rank / items * 5e-2 GROUP BY ALL
)
SELECT period, label, dimension, coalesce(page_name, name) AS item, before, after, share_before, share_after,
  share_after - share_before AS change, z, p, coalesce(p <= p_limit, false) AS held
FROM changed AS c LEFT JOIN tails ON distance = abs(z) LEFT JOIN limits USING (period, label, dimension)
LEFT JOIN pages USING (page) JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, dimension, abs(z) DESC NULLS LAST, item
