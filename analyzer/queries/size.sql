-- How large the whole range is.
SELECT coalesce(sum(visits), 0), coalesce(sum(page_views), 0) FROM cells_visits JOIN unit_periods USING (unit)
WHERE period = 'all'
