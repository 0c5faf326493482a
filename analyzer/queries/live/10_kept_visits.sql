-- What is kept of visits, in their order, which is that of time: whoever asks for some days reads little else. Numbers
-- of rows need four bytes.
CREATE VIEW kept_visits AS
SELECT CAST(visit AS UINTEGER) AS visit, CAST(visitor AS UINTEGER) AS visitor, key, first_ts, last_ts,
  until_ts, day, hour, weekday, CAST(sender AS UINTEGER) AS sender,
  CAST(page_views AS UINTEGER) AS page_views, visit_us, short, returning_visitor,
  CAST(entry_page AS UINTEGER) AS entry_page, CAST(exit_page AS UINTEGER) AS exit_page, domain, url,
  CAST(orders AS UINTEGER) AS orders, revenue
FROM visits ORDER BY visit;

CREATE VIEW kept_arrivals AS SELECT CAST(visit AS UINTEGER) AS visit, * EXCLUDE (visit) FROM arrivals ORDER BY visit;
CREATE VIEW kept_traits AS SELECT CAST(visit AS UINTEGER) AS visit, * EXCLUDE (visit) FROM visit_traits ORDER BY visit;
CREATE VIEW kept_membership AS
SELECT CAST(visit AS UINTEGER) AS visit, label FROM membership WHERE label <> 'all' ORDER BY visit;
CREATE VIEW kept_custom_values AS FROM custom_values ORDER BY visit;
CREATE VIEW kept_funnel_seen AS FROM funnel_seen ORDER BY visit;

-- Downloads and exit clicks, those outside any visit too; `day` is that of the visit.
CREATE VIEW kept_clicks AS
SELECT CAST(e.visit AS UINTEGER) AS visit, coalesce(v.day, e.day) AS day, ts, category, page, e.source, e.line, exit_url
FROM visited AS e LEFT JOIN visits AS v USING (visit) LEFT JOIN extras AS x ON x.source = e.source AND x.line = e.line
WHERE category <> 'page_views' ORDER BY day;
