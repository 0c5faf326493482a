-- What the criteria of labels are defined on, as far as it is kept ...
CREATE VIEW sender_ids AS FROM kept_addresses;
CREATE VIEW place_ids AS FROM kept_queries;
CREATE VIEW cookie_ids AS FROM kept_cookies;
CREATE VIEW judged AS
SELECT CAST(NULL AS UINTEGER) AS visitor, ts, category, CAST(NULL AS SMALLINT) AS status FROM visited WHERE false;
