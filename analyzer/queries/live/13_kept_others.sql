-- What is kept beside visits: what they refer to by number, what belongs to days, and what campaigns cost.
CREATE VIEW kept_pages AS
SELECT CAST(page AS UINTEGER) AS page, page_name, CAST(page_order AS UINTEGER) AS page_order FROM pages ORDER BY page;
CREATE VIEW kept_profiles AS FROM profiles;
CREATE VIEW kept_every_label AS FROM every_label;
CREATE VIEW kept_hidden_labels AS FROM hidden_labels;
CREATE VIEW kept_funnel_groups AS FROM funnel_groups;
CREATE VIEW kept_campaign_clicks AS FROM campaign_clicks;
-- Parquet has no such long numbers, but decimals.
CREATE VIEW kept_campaign_costs AS SELECT campaign, day, CAST(cost AS DECIMAL(38, 0)) AS cost FROM campaign_costs;
CREATE VIEW kept_costed AS FROM costed;
CREATE VIEW kept_sources AS SELECT source, file FROM sources;
CREATE VIEW kept_lines AS FROM lines ORDER BY day;
CREATE VIEW kept_robot_hits AS SELECT * REPLACE (CAST(bytes AS BIGINT) AS bytes) FROM robot_hits ORDER BY day;
CREATE VIEW kept_error_hits AS FROM error_hits ORDER BY day;
CREATE VIEW kept_error_paths AS FROM error_paths;
CREATE VIEW kept_referrer_ids AS FROM referrer_ids WHERE referrer IN (SELECT referrer FROM error_hits);
