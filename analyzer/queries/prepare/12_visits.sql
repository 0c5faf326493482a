-- One row a visit. It belongs to the day of its first page view; `until_ts` is the time of its last page view, download
-- or exit click.
CREATE TABLE visits AS
WITH viewed AS (
  SELECT visit, count(*) AS page_views, max(ts) AS last_ts, max(page) FILTER (is_exit) AS exit_page FROM views GROUP BY visit
), ordered AS (
  SELECT visit, count(*) AS orders, CAST(sum(amount) AS DECIMAL(38, 2)) AS revenue FROM orders GROUP BY visit
), clicked AS (
  SELECT visit, max(ts) AS click_ts FROM visited WHERE category <> 'page_views' AND visit IS NOT NULL GROUP BY visit
), first_seen AS (
  SELECT visitor, min(day) AS first_day, min(visit) AS first_visit FROM visited WHERE hit = visit GROUP BY visitor
)
SELECT e.visit, coalesce(k.visitor, f.first_visit) AS visitor, e.visitor AS key, e.ts AS first_ts, v.last_ts,
  greatest(v.last_ts, c.click_ts) AS until_ts, e.day, e.hour, CAST(isodow(e.day) AS TINYINT) AS weekday,
  e.source, e.place AS entry_place, e.sender, e.referrer, v.page_views,
  epoch_us(v.last_ts) - epoch_us(e.ts) AS visit_us,
  epoch_us(v.last_ts) - epoch_us(e.ts) <= $short_seconds * 1000000 AS short,
  CASE WHEN $persistent_named AND s.cookies_logged THEN e.had_persistent ELSE least(k.first_day, f.first_day) < e.day END AS returning_visitor,
  e.page AS entry_page, v.exit_page, coalesce(r.domain, $direct) AS domain, r.url,
  coalesce(o.orders, 0) AS orders, coalesce(o.revenue, 0) AS revenue
FROM visited AS e
JOIN viewed AS v ON v.visit = e.hit
JOIN first_seen AS f ON f.visitor = e.visitor
LEFT JOIN known_visitors AS k ON k.key = e.visitor
JOIN sources AS s ON s.source = e.source
LEFT JOIN clicked AS c ON c.visit = e.visit
LEFT JOIN ordered AS o ON o.visit = e.visit
LEFT JOIN referrers AS r ON r.referrer = e.referrer AND r.external;
