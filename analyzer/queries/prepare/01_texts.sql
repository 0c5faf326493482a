-- Each distinct place, sender, referrer and cookie gets a number, by which it is known from here on. Who names no agent
-- is a robot.
CREATE TABLE place_ids AS
SELECT $base + row_number() OVER () AS place, *
FROM (SELECT DISTINCT origin, path, query FROM logged JOIN sources USING (source)
      JOIN origins ON origins.server = sources.server AND origins.host IS NOT DISTINCT FROM logged.host);

CREATE TABLE sender_ids AS
SELECT $base + row_number() OVER () AS sender, address, agent, e.address IS NOT NULL AS excluded, coalesce(robot, true) AS robot
FROM (SELECT DISTINCT address, agent FROM logged) LEFT JOIN excluded_addresses AS e USING (address)
LEFT JOIN agents USING (agent);

CREATE TABLE referrer_ids AS
SELECT $base + row_number() OVER () AS referrer, raw
FROM (SELECT DISTINCT referrer AS raw FROM logged WHERE referrer IS NOT NULL);

CREATE TABLE cookie_ids AS
SELECT $base + row_number() OVER () AS cookie, raw
FROM (SELECT DISTINCT cookie AS raw FROM logged WHERE $with_cookies AND cookie IS NOT NULL);
