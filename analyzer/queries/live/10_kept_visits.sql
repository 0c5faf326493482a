-- What is kept of visits, in their order, which is that of time: whoever asks for some days reads little else. Numbers
-- of rows need four bytes.
CREATE VIEW kept_visits AS
SELECT CAST(visit AS UINTEGER) AS visit, CAST(visitor AS UINTEGER) AS visitor, first_ts, last_ts, until_ts, day, hour,
  weekday, CAST(sender AS UINTEGER) AS sender, CAST(page_views AS UINTEGER) AS page_views, visit_us, short,
  returning_visitor, CAST(entry_page AS UINTEGER) AS entry_page, CAST(exit_page AS UINTEGER) AS exit_page, domain, url,
  CAST(orders AS UINTEGER) AS orders, revenue
FROM visits;

CREATE VIEW kept_arrivals AS SELECT CAST(visit AS UINTEGER) AS visit, * EXCLUDE (visit) FROM arrivals;
CREATE VIEW kept_traits AS SELECT CAST(visit AS UINTEGER) AS visit, * EXCLUDE (visit) FROM visit_traits;
CREATE VIEW kept_membership AS SELECT CAST(visit AS UINTEGER) AS visit, label FROM membership WHERE label <> 'all';
CREATE VIEW kept_custom_values AS FROM custom_values;
CREATE VIEW kept_funnel_seen AS FROM funnel_seen;

-- What later days ask of earlier ones: who came, and by what.
CREATE VIEW kept_history AS
SELECT visit, visitor, first_ts, until_ts, day, label_set, channel, campaign, country, clicked
FROM visits JOIN classes USING (visit) JOIN arrivals USING (visit) JOIN visit_traits USING (visit);
CREATE VIEW kept_visitors AS
SELECT identity, v.visitor, min(day) AS day FROM visits AS v JOIN classes USING (visit) JOIN identities USING (key)
WHERE key NOT IN (SELECT key FROM known_visitors) GROUP BY identity, v.visitor;
CREATE VIEW kept_orders AS
SELECT order_id, v.day, o.day AS event_day FROM orders AS o JOIN visits AS v USING (visit) WHERE order_id IS NOT NULL;

-- Clicks on campaigns, one by one.
CREATE VIEW kept_evidence AS
SELECT a.campaign, v.visit, v.visitor, v.day, v.first_ts, s.address, s.agent, p.page_name AS entry_page,
  r.raw AS referrer, v.visit_us / 1000000 AS seconds, v.page_views, v.short, v.orders, v.revenue
FROM arrivals AS a
JOIN visits AS v USING (visit)
JOIN sender_ids AS s USING (sender)
JOIN pages AS p ON p.page = v.entry_page
LEFT JOIN referrer_ids AS r USING (referrer)
WHERE a.clicked;

-- Downloads and exit clicks, those outside any visit too; `day` is that of the visit.
CREATE VIEW kept_clicks AS
SELECT CAST(e.visit AS UINTEGER) AS visit, coalesce(v.day, e.day) AS day, ts, category, page, hit, exit_url
FROM visited AS e LEFT JOIN visits AS v USING (visit) LEFT JOIN extras AS x ON x.source = e.source AND x.line = e.line
WHERE category <> 'page_views';
