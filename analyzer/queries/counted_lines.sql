-- How many lines of each file are counted, those of earlier days too.
SELECT source, CAST(sum(lines) AS BIGINT) FROM (
  SELECT source, lines FROM cells_lines
  UNION ALL
  SELECT source, lines FROM earlier_cells_lines
  WHERE unit < $first_day - DATE '1970-01-01' AND unit <> DATE '0001-01-01' - DATE '1970-01-01'
) GROUP BY source
