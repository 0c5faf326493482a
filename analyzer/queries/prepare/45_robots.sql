-- What robots asked for, by day, robot and page: named by their agent, else by what gave them away. Last come the
-- visitors who are only marked as behaving like robots, with the hits by which the rule knows them. Where no hit tells how
-- many bytes were sent, that is unknown, not nothing.
CREATE TABLE robot_hits AS
WITH asked AS (
  SELECT DISTINCT visitor, day, '(asked for robots.txt)' AS robot FROM known WHERE robots_txt
), behaved AS (
  SELECT visitor, day, min(rule) AS robot FROM behaviour GROUP BY ALL
), named AS (
  SELECT sender, coalesce(purpose, 'other') AS purpose,
    CASE WHEN trim(coalesce(agent, '')) IN ('', '-') THEN '(no agent)' ELSE coalesce(name, '(unnamed)') END AS robot
  FROM sender_ids AS s LEFT JOIN agents USING (agent) WHERE s.robot
)
SELECT h.day, coalesce(n.robot, a.robot, b.robot) AS robot,
  CASE WHEN n.robot IS NOT NULL THEN n.purpose WHEN a.robot IS NOT NULL THEN 'unnamed' ELSE 'behaviour' END AS purpose,
  page, false AS marked, count(*) AS hits, min(ts) AS first_ts, max(ts) AS last_ts, sum(bytes) AS bytes
FROM judged AS h LEFT JOIN named AS n USING (sender)
LEFT JOIN asked AS a USING (visitor, day) LEFT JOIN behaved AS b USING (visitor, day)
WHERE category = 'robots' GROUP BY ALL
UNION ALL
SELECT day, rule, 'marked, counted as visitors', page, true, count(*), min(ts), max(ts), sum(bytes)
FROM known JOIN behaviour USING (visitor, day) ANTI JOIN confessed USING (visitor, day)
WHERE category = 'page_views' OR rule = 'probing' AND category = 'other' GROUP BY ALL;
