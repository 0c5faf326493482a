-- What is kept beside visits: what they refer to by number, what belongs to days, and what campaigns cost.
CREATE VIEW kept_pages AS
SELECT CAST(page AS UINTEGER) AS page, page_name, CAST(page_order AS UINTEGER) AS page_order FROM pages ORDER BY page;
CREATE VIEW kept_profiles AS FROM profiles;
CREATE VIEW kept_agents AS FROM agents;
CREATE VIEW kept_named_sets AS FROM named_sets;
CREATE VIEW kept_every_label AS FROM every_label;
CREATE VIEW kept_hidden_labels AS FROM hidden_labels;
CREATE VIEW kept_funnel_groups AS FROM funnel_groups;
CREATE VIEW kept_campaign_clicks AS FROM campaign_clicks;
-- Parquet has no such long numbers, but decimals.
CREATE VIEW kept_campaign_costs AS SELECT campaign, day, CAST(cost AS DECIMAL(38, 0)) AS cost FROM campaign_costs;
CREATE VIEW kept_costed AS FROM costed;
CREATE VIEW kept_sources AS SELECT id, file FROM sources;

-- Who asked in vain is known by what his visits know him by; without any, no label has such a request.
CREATE VIEW kept_error_hits AS
SELECT CAST(coalesce(v.visitor, -1) AS BIGINT) AS visitor, ts, day, status, path, referrer
FROM error_hits AS e LEFT JOIN (SELECT DISTINCT key, visitor FROM visits) AS v ON v.key = e.visitor;

CREATE VIEW kept_behaviour AS SELECT visitor, day, rule, hits FROM behaviour;
