-- With which browsers, systems and kinds of device visitors come. A profile is what one agent names of all three.
WITH daily AS (
  SELECT day, label, profile, count(*) AS visits
  FROM visits JOIN membership USING (visit) JOIN visit_traits USING (visit) GROUP BY ALL
), summed AS (
  SELECT period, label, profile, sum(visits) AS visits FROM daily JOIN span USING (day) GROUP BY ALL
), kinds AS (
  SELECT profile, 1 AS kind_order, 'browser' AS kind, coalesce(named.browser, '(unknown)') AS name,
    named.browser_version AS version
  FROM profiles
  UNION ALL
  SELECT profile, 2, 'os', coalesce(named.os, '(unknown)'), named.os_version FROM profiles
  UNION ALL
  SELECT profile, 3, 'device', coalesce(named.device, '(unknown)'), NULL FROM profiles
), things AS (
  SELECT *, dense_rank() OVER (ORDER BY kind_order, name, version) AS thing FROM kinds
), counted AS (
  SELECT period, label, thing, sum(visits) AS visits FROM summed JOIN things USING (profile) GROUP BY ALL
), totals AS (
  SELECT period, label, sum(visits) AS all_visits FROM summed GROUP BY ALL
)
SELECT period, label, kind, name, version, CAST(visits AS BIGINT) AS visits, visits / all_visits AS share
FROM counted JOIN totals USING (period, label)
JOIN (SELECT DISTINCT thing, kind_order, kind, name, version FROM things) USING (thing)
JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, kind_order, visits DESC, thing
