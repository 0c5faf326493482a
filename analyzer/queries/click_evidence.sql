-- The clicks of every campaign that click quality suspects in any period: who came when, and what they did.
-- `repeat_number` counts the clicks of one visitor on the campaign.
SELECT campaign, visit, visitor, row_number() OVER (PARTITION BY campaign, visitor ORDER BY visit) AS repeat_number,
  first_ts, address, agent, entry_page, referrer, seconds, page_views, short, orders, revenue
FROM ($evidence) WHERE campaign IN (SELECT campaign FROM ($quality) WHERE suspect)
ORDER BY campaign, visit
