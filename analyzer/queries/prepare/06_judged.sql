-- Whoever asks for /robots.txt is a robot all that day.
CREATE TABLE confessed AS SELECT DISTINCT visitor, day, true AS is_robot FROM known WHERE robots_txt;

CREATE VIEW judged AS
SELECT known.* REPLACE (CASE WHEN is_robot AND category <> 'excluded' THEN 'robots' ELSE category END AS category)
FROM known LEFT JOIN confessed USING (visitor, day);
