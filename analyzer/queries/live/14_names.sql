-- What is called how, what campaigns cost, and which labels there are.
CREATE VIEW sources AS FROM kept_sources;
CREATE VIEW pages AS FROM kept_pages;
CREATE VIEW funnel_groups AS FROM kept_funnel_groups;
CREATE VIEW campaign_clicks AS FROM kept_campaign_clicks;
CREATE VIEW campaign_costs AS SELECT campaign, day, CAST(cost AS HUGEINT) AS cost FROM kept_campaign_costs;
CREATE VIEW costed AS FROM kept_costed;
CREATE VIEW named_sets AS FROM kept_named_sets;
CREATE TABLE hidden_labels AS FROM kept_hidden_labels;
CREATE TABLE every_label AS FROM kept_every_label;
