-- What is known of these visits. They are numbered in time order, so that theirs are the numbers from $low to $high.
CREATE VIEW arrivals AS FROM kept_arrivals WHERE visit BETWEEN $low AND $high;
CREATE VIEW visit_traits AS FROM kept_traits WHERE visit BETWEEN $low AND $high;
CREATE VIEW custom_values AS FROM kept_custom_values WHERE visit BETWEEN $low AND $high;
CREATE VIEW funnel_seen AS FROM kept_funnel_seen WHERE visit BETWEEN $low AND $high;
CREATE VIEW seen AS FROM kept_seen WHERE visit BETWEEN $low AND $high;
-- `hour` is settled: no view is of a later day.
CREATE VIEW views AS
SELECT visit, page, page_before, DATE '0001-01-01' AS day, hour FROM kept_views
WHERE $with_views AND visit BETWEEN $low AND $high;
CREATE VIEW visit_hours AS SELECT visit, hour, 1 AS page_views FROM views;

CREATE VIEW profiles AS FROM kept_profiles;
CREATE VIEW traits AS
SELECT visit, country, language, named.browser, named.browser_version, named.os, named.os_version, named.device, screen
FROM visit_traits JOIN profiles USING (profile);

-- Who carries which label: all, as was found out in the analysis, and as is asked now.
CREATE TABLE asked_membership (visit UINTEGER, label VARCHAR);
CREATE VIEW membership AS
SELECT visit, 'all' AS label FROM visits
UNION ALL
SELECT visit, label FROM kept_membership WHERE visit BETWEEN $low AND $high
UNION ALL
FROM asked_membership;
