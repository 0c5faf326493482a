-- Clicks on campaigns by label and, where a search led to them, by its engine and term: each takes its share of a cost.
SELECT unit, label_order AS label_set, campaign, engine, coalesce(term, '(not provided)') AS term, count(*) AS clicks
FROM arrivals JOIN classes USING (visit) JOIN label_sets USING (label_set) JOIN every_label USING (label)
WHERE clicked GROUP BY ALL
