-- How often each item of "What changed" occurs, by day and label: visits, or hits of robots and errors. An item is a
-- page or has a name. `day_totals` is what shares are of: visits, or hits that are neither duplicates nor excluded.
CREATE VIEW item_days AS
WITH counted AS (
  SELECT cohort, 'page' AS dimension, page, CAST(NULL AS VARCHAR) AS name, count(*) AS number
  FROM seen JOIN cohorts USING (visit) GROUP BY ALL
  UNION ALL
  SELECT cohort, 'entry', entry_page, NULL, count(*) FROM visits JOIN cohorts USING (visit) GROUP BY ALL
  UNION ALL
  SELECT cohort, 'referrer', NULL, domain, count(*) FROM visits JOIN cohorts USING (visit) GROUP BY ALL
  UNION ALL
  SELECT cohort, 'term', NULL, concat(engine, ': ', term), count(*) FROM arrivals JOIN cohorts USING (visit)
  WHERE engine IS NOT NULL AND term IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT cohort, 'campaign', NULL, campaign, count(*) FROM arrivals JOIN cohorts USING (visit)
  WHERE campaign IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT cohort, 'country', NULL, country, count(*) FROM traits JOIN cohorts USING (visit)
  WHERE country IS NOT NULL GROUP BY ALL
)
SELECT day, label, dimension, page, name, number FROM counted JOIN cohort_labels USING (cohort)
UNION ALL
SELECT day, 'all', 'robot', NULL, robot, CAST(sum(hits) AS BIGINT) FROM robot_hits WHERE NOT marked GROUP BY ALL
UNION ALL
SELECT day, 'all', 'error', NULL, concat(status, ' ', path), count(*)
FROM error_hits JOIN error_paths USING (page) GROUP BY ALL;

CREATE VIEW day_totals AS
SELECT day, label, 'visits' AS of_what, count(*) AS number FROM cohorts JOIN cohort_labels USING (cohort) GROUP BY ALL
UNION ALL
SELECT day, 'all', 'hits', CAST(sum(lines) AS BIGINT) FROM lines
WHERE category NOT IN ('directives', 'rejects', 'duplicates', 'excluded') GROUP BY ALL;
