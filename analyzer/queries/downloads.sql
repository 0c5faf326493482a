-- Which files are downloaded. Downloads outside any visit count, on their own day, for all visitors only.
WITH summed AS (
  SELECT period, label, page, CAST(sum(downloads) AS BIGINT) AS downloads, CAST(sum(visits) AS BIGINT) AS visits
  FROM cells_downloads JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, page_name AS file, downloads, visits
FROM summed JOIN pages USING (page) JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, downloads DESC, page_order
