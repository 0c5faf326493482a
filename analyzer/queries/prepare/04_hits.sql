-- Every hit that counts, with its day and hour in the data set's zone. The category is what the line itself says, the
-- first that fits (DOMAIN.md section 8). Who was forgotten has no address any more, and is excluded.
CREATE TYPE category AS ENUM ('excluded', 'robots', 'static', 'downloads', 'exits', 'page_views', 'other');

CREATE TABLE hits AS
WITH told AS (
  SELECT h.*, server, local_time(h.ts) AS local_ts
  FROM logged AS h JOIN sources USING (source) ANTI JOIN repeats USING (source, line)
)
SELECT t.source, t.line, t.ts, CAST(local_ts AS DATE) AS day, CAST(hour(local_ts) AS TINYINT) AS hour,
  p.page, p.arrival, p.place, s.sender, r.referrer, c.cookie, t.status, t.bytes, p.static, p.robots_txt,
  t.status IN (404, 410) AS missing,
  coalesce(t.order_total, p.order_total) AS order_total, coalesce(t.order_id, p.order_id) AS order_id,
  CAST(CASE
    WHEN p.excluded OR s.excluded OR t.address = '(forgotten)' OR $opt_out AND t.opted_out THEN 'excluded'
    WHEN s.robot THEN 'robots'
    WHEN p.static AND t.method NOT IN ('DOWNLOAD', 'EXIT') THEN 'static'
    WHEN t.method = 'DOWNLOAD' OR p.download AND t.method = 'GET' AND t.status IN (200, 206, 304) THEN 'downloads'
    WHEN t.method = 'EXIT' THEN 'exits'
    WHEN t.method IN ('GET', 'POST') AND NOT p.download AND (t.status BETWEEN 200 AND 299 OR t.status = 304)
      THEN 'page_views'
    ELSE 'other'
  END AS category) AS category
FROM told AS t
JOIN origins AS o ON o.server = t.server AND o.host IS NOT DISTINCT FROM t.host
JOIN place_ids AS i ON i.origin = o.origin AND i.path IS NOT DISTINCT FROM t.path AND i.query IS NOT DISTINCT FROM t.query
JOIN places AS p ON p.place = i.place
JOIN sender_ids AS s ON s.address IS NOT DISTINCT FROM t.address AND s.agent IS NOT DISTINCT FROM t.agent
LEFT JOIN referrer_ids AS r ON r.raw = t.referrer
LEFT JOIN cookie_ids AS c ON c.raw = t.cookie
WHERE CAST(local_ts AS DATE) >= $load_day;

-- What few logs have, apart, so that it costs nothing where it is not.
CREATE TABLE extras AS
SELECT source, line, screen, exit_url, custom, language FROM logged
WHERE screen IS NOT NULL OR exit_url IS NOT NULL OR custom IS NOT NULL OR language IS NOT NULL;
