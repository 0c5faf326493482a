-- The first and the last view of each group's pages, in each visit that saw any. A page may be in several groups.
CREATE TABLE funnel_seen AS
WITH viewed AS (
  SELECT visit, group_id, min(hit) AS first_hit, max(hit) AS last_hit
  FROM views JOIN funnel_pages USING (page) GROUP BY visit, group_id
)
SELECT visit, funnel, stage_number, group_number, first_hit, last_hit FROM viewed JOIN funnel_groups USING (group_id);
