-- Who a visitor is, beyond this analysis: the value of the cookie, or address and agent. The remainder by three of a
-- visitor's number tells which.
CREATE TABLE identities AS
SELECT key, CAST(md5(CASE key % 3
    WHEN 0 THEN concat('p', persistent) WHEN 1 THEN concat('s', session)
    ELSE concat(strlen(coalesce(address, '')), ':', address, agent)
  END) AS UUID) AS identity
FROM (SELECT DISTINCT visitor AS key FROM visited WHERE hit = visit)
LEFT JOIN understood_cookies ON cookie = key // 3 AND key % 3 < 2
LEFT JOIN sender_ids ON sender = key // 3 AND key % 3 = 2;
