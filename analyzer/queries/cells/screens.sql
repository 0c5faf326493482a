-- The screens of visits, where the log tells.
SELECT unit, label_set, screen, count(*) AS visits
FROM visit_traits JOIN classes USING (visit) WHERE screen IS NOT NULL GROUP BY unit, label_set, screen
