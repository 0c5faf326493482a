-- The days on which a campaign costs something else than before.
WITH now AS (
  SELECT campaign, day, CAST(sum(cost) AS DECIMAL(38, 0)) AS cost FROM campaign_costs GROUP BY ALL
), before AS (
  SELECT campaign, day, CAST(sum(cost) AS DECIMAL(38, 0)) AS cost FROM earlier_campaign_costs GROUP BY ALL
)
SELECT DISTINCT day FROM ((FROM now EXCEPT FROM before) UNION (FROM before EXCEPT FROM now))
