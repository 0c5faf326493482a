-- Visitors who behave like robots for a day, by the rule that says so. No pauses: many pages, one a second or faster. Probing:
-- many paths that do not exist, at least every second request.
CREATE TABLE behaviour AS
SELECT visitor, day, 'no pauses' AS rule, count(*) AS hits FROM known WHERE category = 'page_views'
GROUP BY visitor, day
HAVING count(*) >= $hasty_pages AND epoch_us(max(ts)) - epoch_us(min(ts)) <= $pause_us * (count(*) - 1)
UNION ALL
SELECT visitor, day, 'probing' AS rule, count(*) AS hits FROM known WHERE category IN ('page_views', 'other')
GROUP BY visitor, day
HAVING count(DISTINCT page) FILTER (missing) >= $probed_paths AND 2 * count(*) FILTER (missing) >= count(*);
