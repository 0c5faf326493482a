-- Pages are numbered by name, so that their order is that of their numbers. `arrival` is what a reload repeats of a
-- place: the page with its whole query.
CREATE TABLE pages AS
SELECT row_number() OVER (ORDER BY page_name) AS page, page_name FROM (SELECT DISTINCT page_name FROM understood_places);

CREATE TABLE places AS
SELECT u.* EXCLUDE (page_name), pages.page, dense_rank() OVER (ORDER BY pages.page, coalesce(p.query, '')) AS arrival
FROM understood_places AS u JOIN place_ids AS p USING (place) JOIN pages USING (page_name);
