-- Different visitors of each hour of a day, by label.
SELECT unit, label_order AS label_set, hour, count(DISTINCT visitor) AS visitors
FROM visits JOIN classes USING (visit) JOIN label_sets USING (label_set) JOIN every_label USING (label) GROUP BY ALL
