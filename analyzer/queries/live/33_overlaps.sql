-- Where labels overlap, the visits that carry the label that is asked leave the sets they are in, for sets of which
-- each has this label too.
CREATE TABLE asked_visits AS
WITH moved AS (
  SELECT c.unit, h.label_set, count(*) AS visits FROM classes AS c JOIN kept_history AS h USING (visit) GROUP BY ALL
)
SELECT unit, $label_set + label_set AS label_set, visits FROM moved UNION ALL SELECT unit, label_set, -visits FROM moved;

INSERT INTO label_sets SELECT $label_set + label_set, label FROM label_sets WHERE label_set < $label_set;
INSERT INTO label_sets
SELECT DISTINCT $label_set + label_set, $label FROM label_sets WHERE label_set < $label_set AND label_set > 0;
