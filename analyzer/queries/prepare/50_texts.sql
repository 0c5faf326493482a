-- The texts that criteria of labels compare: of each visit, one row a text. Where texts are long or many, their
-- numbers stand for them.
CREATE VIEW fact_referrer AS SELECT visit, url AS value FROM visits;
CREATE VIEW fact_search_engine AS SELECT visit, engine AS value FROM arrivals;
CREATE VIEW fact_search_term AS SELECT visit, term AS value FROM arrivals;
CREATE VIEW fact_channel AS SELECT visit, channel AS value FROM arrivals;
CREATE VIEW fact_campaign AS SELECT visit, campaign AS value FROM arrivals;
CREATE VIEW fact_country AS SELECT visit, country AS value FROM visit_traits;
CREATE VIEW fact_language AS SELECT visit, language AS value FROM visit_traits;
CREATE VIEW fact_browser AS SELECT visit, browser AS value FROM traits;
CREATE VIEW fact_os AS SELECT visit, os AS value FROM traits;
CREATE VIEW fact_device AS SELECT visit, device AS value FROM traits;
CREATE VIEW fact_exit_link AS
SELECT visit, exit_url AS value FROM visited JOIN extras USING (source, line) WHERE category = 'exits';

CREATE VIEW text_page AS SELECT page AS value, page_name AS text FROM pages;
CREATE VIEW fact_entry_page AS SELECT visit, entry_page AS value FROM visits;
CREATE VIEW fact_exit_page AS SELECT visit, exit_page AS value FROM visits;
CREATE VIEW fact_saw_page AS SELECT visit, page AS value FROM seen;

CREATE VIEW text_address AS SELECT sender AS value, address AS text FROM sender_ids;
CREATE VIEW fact_address AS SELECT visit, sender AS value FROM visits;

CREATE VIEW text_query AS SELECT place AS value, query AS text FROM place_ids;
CREATE VIEW fact_parameter AS SELECT visit, place AS value FROM visited WHERE category = 'page_views';

CREATE VIEW text_cookie AS SELECT cookie AS value, raw AS text FROM cookie_ids;
CREATE VIEW fact_cookie AS SELECT visit, cookie AS value FROM visited WHERE category = 'page_views';
CREATE VIEW fact_first_cookie AS SELECT visit, cookie AS value FROM visited WHERE hit = visit;

-- What has a name, too: variables of the site's own, and stages of funnels.
CREATE VIEW fact_custom AS SELECT visit, concat(strlen(variable), ':', variable, value) AS value FROM custom_values;
CREATE VIEW text_custom AS
SELECT DISTINCT concat(strlen(variable), ':', variable, value) AS value, variable AS name, value AS text
FROM custom_values;
CREATE VIEW fact_funnel_stage AS SELECT visit, concat(funnel, ' ', stage_number) AS value FROM funnel_seen;
CREATE VIEW text_funnel_stage AS
SELECT DISTINCT concat(funnel, ' ', stage_number) AS value, funnel AS name, stage AS text FROM funnel_groups;
