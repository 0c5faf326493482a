-- The labels that visits of each set carry, all visitors among them.
CREATE TABLE label_sets AS
SELECT CAST(label_set AS INTEGER) AS label_set, label FROM (
  SELECT label_order AS label_set, label FROM every_label
  UNION
  SELECT label_set, 'all' FROM named_sets
  UNION
  SELECT label_set, label FROM (SELECT label_set, unnest(labels) AS label_order FROM named_sets)
  JOIN every_label USING (label_order)
);
