-- Different visitors of each day, by label.
CREATE TABLE cells_visitors AS
SELECT unit, label_order AS label_set, 'all' AS dimension, '' AS name, count(DISTINCT visitor) AS in_day
FROM visits JOIN classes USING (visit) JOIN label_sets USING (label_set) JOIN every_label USING (label) GROUP BY ALL;
