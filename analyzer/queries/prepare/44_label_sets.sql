-- Visits of one unit (a day, in days since 1970) that carry the same labels are counted together, and only then for
-- their labels. Set 0 is that of visits that carry none; each label has one of its own, numbered like the label, for what
-- is counted label by label.
CREATE TABLE carried AS
SELECT visit, $key AS set_key FROM membership JOIN every_label USING (label) WHERE label <> 'all' GROUP BY visit;

CREATE TABLE carried_sets AS SELECT set_key, $labels AS labels FROM (SELECT DISTINCT set_key FROM carried);

CREATE TABLE named_sets AS
FROM known_sets
UNION ALL
SELECT labels, greatest((SELECT coalesce(max(label_set), 0) FROM known_sets), (SELECT max(label_order) FROM every_label))
  + row_number() OVER (ORDER BY labels) AS label_set
FROM carried_sets ANTI JOIN known_sets USING (labels);

CREATE TABLE key_sets AS SELECT set_key, label_set FROM carried_sets JOIN named_sets USING (labels);

CREATE TABLE classes AS
SELECT visit, CAST(day - DATE '1970-01-01' AS INTEGER) AS unit, CAST(coalesce(label_set, 0) AS INTEGER) AS label_set
FROM visits SEMI JOIN counted_visits USING (visit) LEFT JOIN carried USING (visit) LEFT JOIN key_sets USING (set_key);

