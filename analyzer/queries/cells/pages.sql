-- What each page was seen for. Time on a page is the time to the next page view; a visit's last page has none.
SELECT unit, label_set, page, count(*) AS visits, sum(views) AS views, sum(entries) AS entries, sum(exits) AS exits,
  sum(if(short, entries, 0)) AS short_entries, sum(page_us) AS page_us, sum(timed) AS timed
FROM seen JOIN visits USING (visit) JOIN classes USING (visit) GROUP BY unit, label_set, page
