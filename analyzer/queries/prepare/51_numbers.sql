-- The numbers that criteria of labels compare, of each visit.
CREATE VIEW fact_weekday AS SELECT visit, weekday AS value FROM visits;
CREATE VIEW fact_hour AS SELECT visit, hour AS value FROM visits;
CREATE VIEW fact_revenue AS SELECT visit, revenue AS value FROM visits;
CREATE VIEW fact_page_views AS SELECT visit, page_views AS value FROM visits;
CREATE VIEW fact_seconds AS SELECT visit, visit_us * 0.000001 AS value FROM visits;

-- The answers to all that the visitor asked for from the first to the last event of the visit, if it counts.
CREATE VIEW fact_status AS
SELECT visit, status AS value
FROM judged AS j JOIN visits AS v ON v.key = j.visitor AND j.ts BETWEEN v.first_ts AND v.until_ts
WHERE category NOT IN ('excluded', 'robots');

-- The visits of which something simply is so.
CREATE VIEW fact_search AS SELECT visit FROM arrivals WHERE engine IS NOT NULL;
CREATE VIEW fact_ai AS SELECT visit FROM arrivals WHERE assistant IS NOT NULL;
CREATE VIEW fact_short AS SELECT visit FROM visits WHERE short;
CREATE VIEW fact_returning AS SELECT visit FROM visits WHERE returning_visitor;
