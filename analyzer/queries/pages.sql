-- What each page was seen for. Time on a page is the time to the next page view; a visit's last page has none.
WITH summed AS (
  SELECT period, label, page, sum(visits) AS visits, sum(views) AS views, sum(entries) AS entries, sum(exits) AS exits,
    sum(short_entries) AS short_entries, sum(page_us) AS page_us, sum(timed) AS timed
  FROM cells_pages JOIN unit_periods USING (unit) JOIN label_sets USING (label_set) GROUP BY ALL
)
SELECT period, label, page_name AS page, CAST(views AS BIGINT) AS views, CAST(visits AS BIGINT) AS visits,
  CAST(entries AS BIGINT) AS entries, CAST(exits AS BIGINT) AS exits, exits / views AS exit_rate,
  CAST(short_entries AS BIGINT) AS short_entries, page_us / nullif(timed * 1000000, 0) AS seconds_on_page
FROM summed JOIN pages USING (page) JOIN periods USING (period) JOIN labels USING (label)
ORDER BY period_order, label_order, views DESC, page_order
