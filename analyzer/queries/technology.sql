-- With which browsers, systems and kinds of device visitors come.
WITH summed AS (
  SELECT period, label, browser, browser_version, os, os_version, device, sum(visits) AS visits
  FROM cells_technology JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
), things AS (
  SELECT period, label, 1 AS kind_order, 'browser' AS kind, coalesce(browser, '(unknown)') AS name,
    browser_version AS version, visits FROM summed
  UNION ALL
  SELECT period, label, 2, 'os', coalesce(os, '(unknown)'), os_version, visits FROM summed
  UNION ALL
  SELECT period, label, 3, 'device', coalesce(device, '(unknown)'), NULL, visits FROM summed
), counted AS (
  SELECT period, label, kind_order, kind, name, version, sum(visits) AS visits FROM things GROUP BY ALL
), totals AS (
  SELECT period, label, sum(visits) AS all_visits FROM summed GROUP BY ALL
)
SELECT period, label, c.kind, name, version, CAST(visits AS BIGINT) AS visits, visits / all_visits AS share
FROM counted AS c JOIN totals USING (period, label) JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, kind_order, visits DESC, name, version
