-- How many agents are known as something else than they were before.
SELECT count(*) FROM agents AS a JOIN earlier_agents AS e USING (agent)
WHERE (a.robot, a.name, a.purpose, a.profile) IS DISTINCT FROM (e.robot, e.name, e.purpose, e.profile)
