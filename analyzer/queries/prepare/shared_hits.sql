-- The hits of the times that several files of a server cover, and how often each file has each of these lines.
CREATE TABLE shared_hits AS
SELECT source, server, line, ts, $identity AS identity
FROM identified JOIN sources USING (source) JOIN shared_times USING (source)
WHERE ts >= first AND ts < after;

CREATE TABLE told AS
SELECT identity, source, count(*) AS copies, max(t.second) AS touching
FROM shared_hits AS h LEFT JOIN touching AS t ON t.server = h.server AND t.second = date_trunc('second', h.ts)
GROUP BY identity, source;
