-- Lines that several files have in a second in which files touch: those files in order, how often each has the line, and
-- a sum over all that it tells of the second, alike for files that tell the same.
WITH sums AS (
  SELECT source, touching, CAST(bit_xor(md5_number(concat(identity, ' ', copies))) AS VARCHAR) AS alike
  FROM told WHERE touching IS NOT NULL GROUP BY source, touching
)
SELECT CAST(identity AS VARCHAR) AS identity, touching AS second, list(source ORDER BY source) AS sources,
  list(copies ORDER BY source) AS copies, list(alike ORDER BY source) AS alike
FROM told JOIN sums USING (source, touching)
GROUP BY ALL HAVING count(*) > 1
