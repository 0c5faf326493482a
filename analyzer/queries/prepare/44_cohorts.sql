-- Visits of one day that carry the same labels are a cohort, known by its first visit. What can be added up is counted
-- once for each cohort, and only then for its labels.
CREATE TABLE cohorts AS
WITH carried AS (
  SELECT visit, list(label_order ORDER BY label_order) AS labels
  FROM membership JOIN every_label USING (label) WHERE label <> 'all' GROUP BY visit
), dated AS (
  SELECT visit, day, coalesce(labels, []) AS labels FROM visits LEFT JOIN carried USING (visit)
), named AS (
  SELECT day, labels, min(visit) AS cohort FROM dated GROUP BY ALL
)
SELECT visit, cohort FROM dated JOIN named USING (day, labels);

CREATE TABLE cohort_labels AS
SELECT visit AS cohort, day, label FROM visits JOIN membership USING (visit)
WHERE visit IN (SELECT cohort FROM cohorts);
