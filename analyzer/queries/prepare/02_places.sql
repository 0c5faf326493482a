-- Pages keep the number by which they were known before; new ones are numbered by name. `page_order` is their order by
-- name. `arrival` is what a reload repeats of a place: the page with its whole query.
CREATE TABLE pages AS
WITH named AS (
  FROM known_pages
  UNION ALL
  SELECT (SELECT coalesce(max(page), 0) FROM known_pages) + row_number() OVER (ORDER BY page_name) AS page, page_name
  FROM (SELECT DISTINCT page_name FROM understood_places) ANTI JOIN known_pages USING (page_name)
)
SELECT page, page_name, row_number() OVER (ORDER BY page_name) AS page_order FROM named;

CREATE TABLE places AS
SELECT u.* EXCLUDE (page_name), pages.page, dense_rank() OVER (ORDER BY pages.page, coalesce(p.query, '')) AS arrival
FROM understood_places AS u JOIN place_ids AS p USING (place) JOIN pages USING (page_name);
