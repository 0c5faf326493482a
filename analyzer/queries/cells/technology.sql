-- The browsers, systems and devices of visits. A profile is what one agent names of all three.
WITH counted AS (
  SELECT unit, label_set, profile, count(*) AS visits FROM visit_traits JOIN classes USING (visit) GROUP BY ALL
)
SELECT unit, label_set, named.browser AS browser, named.browser_version AS browser_version, named.os AS os,
  named.os_version AS os_version, named.device AS device, visits
FROM counted JOIN profiles USING (profile)
