-- Who a visitor is, beyond this analysis: address and agent.
CREATE TABLE identities AS
SELECT key, CAST(md5(concat(strlen(coalesce(address, '')), ':', address, agent)) AS UUID) AS identity
FROM (SELECT DISTINCT visitor AS key FROM visited WHERE hit = visit) JOIN sender_ids ON sender = key;
