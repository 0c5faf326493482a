-- What few logs have of a visit's events: the screen, variables of the site's own, and the language asked for first.
CREATE TABLE said AS
WITH told AS (
  SELECT hit, visit, screen, custom,
    trim(lower(split_part(split_part(language, ',', 1), ';', 1)), E' \t\r\n') AS tag
  FROM visited JOIN extras USING (source, line) WHERE visit IS NOT NULL
)
SELECT hit, visit, nullif(screen, '') AS screen, custom,
  CASE WHEN regexp_full_match(tag, '[a-z]{1,8}(-[a-z0-9]{1,8})*') THEN tag END AS language
FROM told;
