-- What belongs to days, or to nothing. Events are downloads and exit clicks only: reports ask for no others.
CREATE VIEW visited AS
SELECT * EXCLUDE (exit_url) REPLACE ($click_day AS day), 0 AS source, hit AS line, CAST(NULL AS UINTEGER) AS place,
  CAST(NULL AS UINTEGER) AS cookie, CAST(NULL AS UINTEGER) AS visitor
FROM kept_clicks WHERE day BETWEEN $first AND $last;
CREATE VIEW extras AS SELECT 0 AS source, hit AS line, exit_url FROM kept_clicks;
CREATE VIEW error_hits AS FROM kept_error_hits WHERE day BETWEEN $first AND $last;
CREATE VIEW sources AS FROM kept_sources;
CREATE VIEW pages AS FROM kept_pages;
CREATE VIEW funnel_groups AS FROM kept_funnel_groups;
CREATE VIEW campaign_clicks AS FROM kept_campaign_clicks;
CREATE VIEW campaign_costs AS SELECT campaign, day, CAST(cost AS HUGEINT) AS cost FROM kept_campaign_costs;
CREATE VIEW costed AS FROM kept_costed;
CREATE TABLE hidden_labels AS FROM kept_hidden_labels;
CREATE TABLE every_label AS FROM kept_every_label;

-- Nobody came before, as far as a range is concerned; sets of labels are numbered anew.
CREATE TABLE known_sets AS SELECT CAST([] AS BIGINT[]) AS labels, 0 AS label_set;
CREATE VIEW earlier_history AS
SELECT 0 AS visitor, DATE '0001-01-01' AS day, 0 AS label_set, '' AS channel, '' AS campaign, '' AS country,
  false AS clicked WHERE false;
