-- The visits that carry the label that is asked: from here on they are all there is, and they make one set of labels,
-- $label_set, that has this label only. What is not told by days is counted as of one $day.
CREATE TABLE members AS SELECT visit FROM visits WHERE $condition;
CREATE OR REPLACE VIEW visits AS
SELECT * REPLACE ($day AS day), visitor AS key, 0 AS source FROM kept_visits SEMI JOIN members USING (visit)
WHERE visit BETWEEN $low AND $high;
CREATE OR REPLACE VIEW membership AS SELECT visit, $label AS label FROM members;
CREATE TABLE classes AS
SELECT visit, CAST(day - DATE '1970-01-01' AS INTEGER) AS unit, CAST($label_set AS INTEGER) AS label_set FROM visits;
INSERT INTO label_sets VALUES ($label_set, $label);
