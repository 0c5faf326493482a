-- What is known of these visits. They are numbered in time order, so that theirs are the numbers from $low to $high.
CREATE VIEW arrivals AS FROM kept_arrivals WHERE visit BETWEEN $low AND $high;
CREATE VIEW visit_traits AS FROM kept_traits WHERE visit BETWEEN $low AND $high;
CREATE VIEW custom_values AS FROM kept_custom_values WHERE visit BETWEEN $low AND $high;
CREATE VIEW funnel_seen AS FROM kept_funnel_seen WHERE visit BETWEEN $low AND $high;
CREATE VIEW seen AS FROM kept_seen WHERE visit BETWEEN $low AND $high;
-- `hour` is settled: no view is of a later day.
CREATE VIEW views AS
SELECT visit, page, page_before, DATE '0001-01-01' AS day, hour FROM kept_views
WHERE visit BETWEEN $low AND $high;
CREATE VIEW visit_hours AS SELECT visit, hour, 1 AS page_views FROM views;

CREATE VIEW profiles AS FROM kept_profiles;
CREATE VIEW traits AS
SELECT visit, country, language, named.browser, named.browser_version, named.os, named.os_version, named.device, screen
FROM visit_traits JOIN profiles USING (profile);

CREATE VIEW membership AS
SELECT visit, 'all' AS label FROM visits
UNION ALL
SELECT visit, label FROM kept_membership WHERE visit BETWEEN $low AND $high;

-- Events are downloads and exit clicks only: reports ask for no others.
CREATE VIEW visited AS
SELECT * EXCLUDE (exit_url), 0 AS source, hit AS line, CAST(NULL AS UINTEGER) AS place,
  CAST(NULL AS UINTEGER) AS cookie, CAST(NULL AS UINTEGER) AS visitor
FROM kept_clicks WHERE day BETWEEN $first AND $last;
CREATE VIEW extras AS SELECT 0 AS source, hit AS line, exit_url FROM kept_clicks;
CREATE VIEW error_hits AS FROM kept_error_hits WHERE day BETWEEN $first AND $last;
