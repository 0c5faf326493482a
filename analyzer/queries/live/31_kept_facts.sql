-- ... and the criteria on page views and other requests, of which only the outcome is kept.
CREATE OR REPLACE VIEW fact_parameter AS
SELECT visit, place AS value FROM kept_places WHERE visit BETWEEN $low AND $high;
CREATE OR REPLACE VIEW fact_cookie AS
SELECT visit, cookie AS value FROM kept_visit_cookies WHERE visit BETWEEN $low AND $high;
CREATE OR REPLACE VIEW fact_first_cookie AS
SELECT visit, cookie AS value FROM kept_visit_cookies WHERE first_page AND visit BETWEEN $low AND $high;
CREATE OR REPLACE VIEW fact_status AS
SELECT visit, status AS value FROM kept_statuses WHERE visit BETWEEN $low AND $high;
