-- What the parser says of the external referrers that visits enter with, in the file of the entry; where it says several
-- things, the first in order counts. Referrers of one kind mean the same, so the whole of them stays only where a campaign asks for it.
CREATE TABLE entry_referrers AS
WITH asked AS (
  SELECT referrer, folder, raw FROM (SELECT DISTINCT referrer, folder FROM visits JOIN sources USING (source))
  JOIN referrers USING (referrer) JOIN referrer_ids USING (referrer) WHERE external
), told AS (
  SELECT DISTINCT t.referrer AS raw, t.folder, medium, source, term
  FROM ($referrers) AS t JOIN asked ON asked.raw = t.referrer AND asked.folder = t.folder
), known AS (
  SELECT referrer, folder, CASE WHEN $by_referrer THEN raw END AS raw, source, term,
    CASE WHEN medium IN ('direct', 'internal') THEN 'referral' ELSE coalesce(medium, 'referral') END AS medium
  FROM asked LEFT JOIN told USING (raw, folder)
  QUALIFY row_number() OVER (PARTITION BY referrer, folder ORDER BY told.medium, source, term) = 1
)
SELECT *, dense_rank() OVER (ORDER BY medium, source, term, raw) AS kind FROM known;

-- In which way each visit enters: place and kind of referrer, each 0 where it does not matter or there is none. A place
-- matters if campaigns are known by it, or if its query has the name of a campaign's mark (or one that is encoded).
CREATE TABLE entered AS
SELECT visit, coalesce(kind, 0) AS kind,
  CASE WHEN $by_place OR $by_parameter AND contains(query, '=')
    OR regexp_matches(query, '(?i)utm_|clk?id|braid|li_fat_id|%[^&]*=') THEN place ELSE 0 END AS place
FROM visits JOIN sources USING (source) JOIN place_ids ON place = entry_place
LEFT JOIN entry_referrers USING (referrer, folder);
