-- Whoever asks for /robots.txt is a robot all that day; where the settings say so, also who behaves like one.
CREATE TABLE confessed AS
SELECT DISTINCT visitor, day, true AS is_robot FROM (
  SELECT visitor, day FROM known WHERE robots_txt
  UNION ALL
  SELECT visitor, day FROM behaviour WHERE $by_behaviour
);

CREATE VIEW judged AS
SELECT known.* REPLACE (CASE WHEN is_robot AND category <> 'excluded' THEN CAST('robots' AS category) ELSE category END AS category)
FROM known LEFT JOIN confessed USING (visitor, day);
