-- How many clicks each campaign had on which day.
CREATE TABLE campaign_clicks AS
SELECT campaign, day, count(*) AS clicks FROM arrivals JOIN visits USING (visit) WHERE clicked AND day >= $first_day GROUP BY ALL
UNION ALL
SELECT campaign, day, clicks FROM earlier_campaign_clicks WHERE day < $first_day;

-- What each campaign cost on which day. Where the settings say what it costs, imported costs do not count.
CREATE TABLE campaign_costs AS
WITH ran AS (
  SELECT campaign, min(day) AS first_day, max(day) AS last_day FROM campaign_clicks GROUP BY campaign
)
SELECT campaign, first_day AS day, units(fixed) AS cost
FROM ran JOIN cost_models USING (campaign) WHERE fixed IS NOT NULL
UNION ALL
SELECT campaign, day, units(per_click) * clicks
FROM campaign_clicks JOIN cost_models USING (campaign) WHERE per_click IS NOT NULL
UNION ALL
SELECT campaign, CAST(unnest(generate_series(first_day, last_day, INTERVAL 1 DAY)) AS DATE), units(per_day)
FROM ran JOIN cost_models USING (campaign) WHERE per_day IS NOT NULL
UNION ALL
SELECT campaign, day, units(cost) FROM imported_costs ANTI JOIN cost_models USING (campaign);

-- Campaigns of which anything is known to cost; on the other days they cost nothing.
CREATE TABLE costed AS SELECT campaign FROM cost_models UNION SELECT campaign FROM imported_costs;
