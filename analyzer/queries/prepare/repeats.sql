-- The hits that do not count, since another file has them at least as often: of equals the first in order counts. Where
-- files touch, that was settled line by line.
CREATE TABLE repeats AS
WITH elsewhere AS (
  SELECT identity, source, first_value(source) OVER (PARTITION BY identity ORDER BY copies DESC, source) AS already
  FROM told WHERE touching IS NULL QUALIFY source <> already
  UNION ALL
  SELECT CAST(identity AS UHUGEINT), source, already FROM touching_repeats
)
SELECT source, line, ts, already FROM shared_hits JOIN elsewhere USING (identity, source);

DROP TABLE shared_hits;
DROP TABLE told;
