-- The first and the last view of each group's pages, in each visit that saw any, and which page it saw after the last;
-- none where it ends there. A page may be in several groups.
CREATE TABLE funnel_seen AS
WITH viewed AS (
  SELECT visit, group_id, min(hit) AS first_hit, max(hit) AS last_hit
  FROM views JOIN funnel_pages USING (page) GROUP BY visit, group_id
), followed AS (
  SELECT hit AS last_hit, lead(page) OVER (PARTITION BY visit ORDER BY hit) AS next_page
  FROM views SEMI JOIN viewed USING (visit)
)
SELECT visit, funnel, stage_number, group_number, first_hit, last_hit, CAST(next_page AS UINTEGER) AS next_page
FROM viewed JOIN followed USING (last_hit) JOIN funnel_groups USING (group_id);
