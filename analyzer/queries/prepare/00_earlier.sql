-- What the analysis before knows of days that are not counted anew. Where there is none, these have no rows.
CREATE TABLE known_pages AS FROM earlier_pages;
CREATE TABLE known_profiles AS FROM earlier_profiles;
CREATE TABLE known_sets AS
SELECT labels, label_set FROM earlier_named_sets UNION SELECT CAST([] AS BIGINT[]), 0;
