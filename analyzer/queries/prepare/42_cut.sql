-- Events of visits of earlier days, and those outside any visit on such days, have done their part.
CREATE TABLE cut_visited AS
SELECT e.* FROM visited AS e LEFT JOIN visits AS v USING (visit) WHERE coalesce(v.day, e.day) >= $first_day;
DROP TABLE visited;
ALTER TABLE cut_visited RENAME TO visited;
