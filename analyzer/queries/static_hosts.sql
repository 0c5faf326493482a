-- Which hosts static files are asked for from, in all.
SELECT host, CAST(sum(hits) AS BIGINT) FROM (
  SELECT host, hits FROM static_hosts WHERE day >= $first_day
  UNION ALL
  SELECT host, hits FROM earlier_cells_static_hosts WHERE unit < $first_day - DATE '1970-01-01'
) GROUP BY host
