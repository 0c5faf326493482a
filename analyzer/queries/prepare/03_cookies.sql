-- The same value is the same visitor, in whatever header it stands: it is known by the first of them.
CREATE TABLE cookies AS
SELECT cookie,
  CASE WHEN persistent IS NOT NULL THEN min(cookie) OVER (PARTITION BY persistent) END AS persistent,
  CASE WHEN session IS NOT NULL THEN min(cookie) OVER (PARTITION BY session) END AS session
FROM understood_cookies;
