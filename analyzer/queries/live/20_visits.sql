-- The visits that a question is about; `$asked` says of which days. What is not told by days, or not by hours, is
-- counted as of one $day, or one $hour.
CREATE OR REPLACE VIEW visits AS
SELECT * REPLACE ($day AS day, $hour AS hour), visitor AS key, 0 AS source FROM kept_visits WHERE $asked;
