-- What people asked for in vain: the page's name without parameters, and where the link stood.
CREATE TABLE error_hits AS
SELECT visitor, ts, day, status, split_part(page_name, '?', 1) AS path, raw AS referrer
FROM judged JOIN pages USING (page) LEFT JOIN referrer_ids USING (referrer) WHERE category = 'other' AND status >= 400;
