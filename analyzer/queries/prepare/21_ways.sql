-- Each way to enter, with all that tells what it means.
SELECT place, kind, origin, coalesce(path, '') AS path, query, medium, source, term, raw
FROM (SELECT DISTINCT place, kind FROM entered)
LEFT JOIN place_ids USING (place)
LEFT JOIN (SELECT DISTINCT kind, medium, source, term, raw FROM entry_referrers) USING (kind)
