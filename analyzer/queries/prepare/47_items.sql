-- How often each item of "What changed" occurs, by unit and set of labels: visits, or hits of robots and errors. An item
-- is a page or has a name. `unit_totals` is what shares are of: visits, or hits that are neither duplicates nor excluded.
CREATE OR REPLACE VIEW items AS
SELECT unit, label_set, 'page' AS dimension, page, CAST(NULL AS VARCHAR) AS name, visits AS number FROM cells_pages
UNION ALL
SELECT unit, label_set, 'entry', page, NULL, visits FROM cells_entries
UNION ALL
SELECT unit, label_set, 'referrer', NULL, domain, visits FROM cells_referrers
UNION ALL
SELECT unit, label_set, 'term', NULL, concat(engine, ': ', term), visits FROM cells_search WHERE term IS NOT NULL
UNION ALL
SELECT unit, label_set, 'campaign', NULL, campaign, visits FROM cells_campaigns WHERE campaign <> '(none)'
UNION ALL
SELECT unit, label_set, 'country', NULL, country, visits FROM cells_countries WHERE country IS NOT NULL
UNION ALL
SELECT unit, label_set, 'robot', NULL, robot, hits FROM cells_robots WHERE NOT marked
UNION ALL
SELECT unit, label_set, 'error', NULL, concat(status, ' ', path), hits FROM cells_errors WHERE label_set = 0;

CREATE OR REPLACE VIEW unit_totals AS
SELECT unit, label_set, 'visits' AS of_what, visits AS number FROM cells_visits
UNION ALL
SELECT unit, label_set, 'hits', lines FROM cells_lines
WHERE category NOT IN ('directives', 'rejects', 'duplicates', 'excluded');
