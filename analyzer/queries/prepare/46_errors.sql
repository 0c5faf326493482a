-- What people asked for in vain, and the path of each such page: its name without parameters.
CREATE TABLE error_hits AS
SELECT visitor, ts, day, status, page, referrer FROM judged WHERE category = 'other' AND status >= 400;

CREATE TABLE error_paths AS
SELECT page, split_part(page_name, '?', 1) AS path FROM pages WHERE page IN (SELECT page FROM error_hits);
