-- Countries and profiles: what browser, system and device an agent names. Should files tell different things of the
-- same, the first in order counts. Profile 0 is that of agents of which nothing is told.
CREATE TABLE countries AS
SELECT address, min(country) AS country FROM ($addresses) GROUP BY address;

CREATE TABLE profiles AS
SELECT row_number() OVER () AS profile, named FROM (SELECT DISTINCT profile AS named FROM agents)
UNION ALL BY NAME
SELECT 0 AS profile;

-- Of each visit: the numbers and texts that are its own ...
CREATE TABLE visit_traits AS
WITH senders AS (
  SELECT sender, country, coalesce(profiles.profile, 0) AS profile FROM sender_ids
  LEFT JOIN countries USING (address) LEFT JOIN agents USING (agent) LEFT JOIN profiles ON named = agents.profile
), first_said AS (
  SELECT visit, arg_min(language, hit) FILTER (language IS NOT NULL) AS language,
    arg_min(screen, hit) FILTER (screen IS NOT NULL) AS screen
  FROM said GROUP BY visit
)
SELECT visit, country, language, screen, profile
FROM visits JOIN senders USING (sender) LEFT JOIN first_said USING (visit);

-- ... and all as texts, unknown ones NULL.
CREATE VIEW traits AS
SELECT visit, country, language, named.browser, named.browser_version, named.os, named.os_version, named.device, screen
FROM visit_traits JOIN profiles USING (profile);
