-- The clicks of every campaign that click quality suspects in any period: who came when, and what they did.
-- `repeat_number` counts the clicks of one visitor on the campaign.
SELECT a.campaign, v.visit, v.visitor,
  row_number() OVER (PARTITION BY a.campaign, v.visitor ORDER BY v.visit) AS repeat_number,
  v.first_ts, s.address, s.agent, p.page_name AS entry_page, r.raw AS referrer, v.visit_us / 1000000 AS seconds,
  v.page_views, v.short, v.orders, v.revenue
FROM arrivals AS a
JOIN visits AS v USING (visit)
JOIN sender_ids AS s USING (sender)
JOIN pages AS p ON p.page = v.entry_page
LEFT JOIN referrer_ids AS r USING (referrer)
WHERE a.clicked AND a.campaign IN (SELECT campaign FROM read_parquet($quality) WHERE suspect)
ORDER BY a.campaign, v.visit
