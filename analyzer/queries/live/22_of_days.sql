-- What belongs to days, or to nothing. Events are downloads and exit clicks only: reports ask for no others.
CREATE VIEW visited AS
SELECT * EXCLUDE (exit_url) REPLACE ($click_day AS day), CAST(NULL AS UINTEGER) AS hit, CAST(NULL AS UINTEGER) AS place,
  CAST(NULL AS UINTEGER) AS cookie, CAST(NULL AS UINTEGER) AS visitor
FROM kept_clicks WHERE day BETWEEN $first AND $last;
CREATE VIEW extras AS SELECT source, line, exit_url FROM kept_clicks;
CREATE VIEW robot_hits AS FROM kept_robot_hits WHERE day BETWEEN $first AND $last;
CREATE VIEW error_hits AS FROM kept_error_hits WHERE day BETWEEN $first AND $last;
CREATE VIEW error_paths AS FROM kept_error_paths;
CREATE VIEW referrer_ids AS FROM kept_referrer_ids;
CREATE VIEW lines AS FROM kept_lines;
CREATE VIEW sources AS FROM kept_sources;
CREATE VIEW pages AS FROM kept_pages;
CREATE VIEW funnel_groups AS FROM kept_funnel_groups;
CREATE VIEW campaign_clicks AS FROM kept_campaign_clicks;
CREATE VIEW campaign_costs AS SELECT campaign, day, CAST(cost AS HUGEINT) AS cost FROM kept_campaign_costs;
CREATE VIEW costed AS FROM kept_costed;
CREATE TABLE hidden_labels AS FROM kept_hidden_labels;
CREATE TABLE every_label AS FROM kept_every_label;
