-- Countries, as the file of a visit's entry says, and profiles: what browser, system and device an agent names. Should a
-- file tell different things of the same, the first in order counts. Profile 0 is that of agents of which nothing is told.
CREATE TABLE countries AS
SELECT folder, address, min(country) AS country FROM ($addresses) GROUP BY folder, address;

CREATE TABLE profiles AS
FROM known_profiles
UNION ALL BY NAME
SELECT (SELECT coalesce(max(profile), 0) FROM known_profiles) + row_number() OVER () AS profile, named
FROM (SELECT DISTINCT profile AS named FROM agents) ANTI JOIN known_profiles USING (named)
UNION ALL BY NAME
SELECT 0 AS profile WHERE NOT EXISTS (FROM known_profiles WHERE profile = 0);

-- Of each visit: the numbers and texts that are its own ...
CREATE TABLE visit_traits AS
WITH senders AS (
  SELECT sender, folder, country, coalesce(profiles.profile, 0) AS profile
  FROM (SELECT DISTINCT sender, folder FROM visits JOIN sources USING (source)) JOIN sender_ids USING (sender)
  LEFT JOIN countries USING (folder, address) LEFT JOIN agents USING (agent) LEFT JOIN profiles ON named = agents.profile
), first_said AS (
  SELECT visit, arg_min(language, hit) FILTER (language IS NOT NULL) AS language,
    arg_min(screen, hit) FILTER (screen IS NOT NULL) AS screen
  FROM said GROUP BY visit
)
SELECT visit, country, language, screen, profile
FROM visits JOIN sources USING (source) JOIN senders USING (sender, folder) LEFT JOIN first_said USING (visit);

-- ... and all as texts, unknown ones NULL.
CREATE VIEW traits AS
SELECT visit, country, language, named.browser, named.browser_version, named.os, named.os_version, named.device, screen
FROM visit_traits JOIN profiles USING (profile);
