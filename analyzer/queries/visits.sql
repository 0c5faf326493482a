-- One row a visit, pages by name.
SELECT visit, visitor, first_ts, last_ts, day, page_views, visit_us, short, returning_visitor AS returning,
  a.page_name AS entry_page, b.page_name AS exit_page, domain, url, orders, revenue
FROM visits JOIN pages AS a ON a.page = entry_page JOIN pages AS b ON b.page = exit_page
ORDER BY visit
