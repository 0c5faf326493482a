-- Different visitors of the days that are asked for, of everything or by $thing, what is known of their visits: the
-- labels of all visits of a visitor are gathered as bits of a number, visitors who have the same are counted together.
INSERT INTO visitors_of_periods
WITH bits AS (
  SELECT label_set, bit_or(CAST(1 AS HUGEINT) << CAST(label_order AS INTEGER)) AS labels
  FROM label_sets JOIN every_label USING (label) GROUP BY label_set
), came AS (
  SELECT visitor, $thing AS name, bit_or(CAST(labels AS $bits)) AS labels
  FROM kept_history JOIN bits USING (label_set) WHERE day BETWEEN $first AND $last AND $condition GROUP BY ALL
), alike AS (
  SELECT name, labels, count(*) AS visitors FROM came GROUP BY ALL
)
SELECT period, label, '$dimension', name, sum(visitors)
FROM alike JOIN every_label ON (labels >> CAST(label_order AS INTEGER)) % 2 = 1 CROSS JOIN periods GROUP BY ALL;
