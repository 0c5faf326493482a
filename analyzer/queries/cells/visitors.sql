-- Different visitors: of everything, by channel, campaign, country, and by the campaign clicked on. A visitor counts on
-- the first of his days in each week, month, year and in all: so visitors can be added up, and none counts twice in any
-- of these. Who came only once is new to all of them; the others are told apart label by label.
WITH regular_visitors AS (
  SELECT visitor FROM (SELECT visitor FROM visits UNION ALL SELECT visitor FROM earlier_visits)
  GROUP BY visitor HAVING count(*) > 1
), told AS (
  SELECT visitor, visit, unit, label_set, coalesce(channel, '') AS channel, coalesce(campaign, '(none)') AS campaign,
    coalesce(country, '(unknown)') AS country, clicked
  FROM visits JOIN classes USING (visit) JOIN arrivals USING (visit) JOIN visit_traits USING (visit)
), singles AS (
  SELECT * FROM told ANTI JOIN regular_visitors USING (visitor)
), regulars AS (
  SELECT DISTINCT visitor, unit, label_set, channel, campaign, country, clicked
  FROM (SELECT * EXCLUDE (visit) FROM told SEMI JOIN regular_visitors USING (visitor)
        UNION ALL BY NAME
        SELECT visitor, unit, label_set, channel, campaign, country, clicked FROM earlier_visits
        WHERE visitor IN (SELECT visitor FROM visits))
), named AS (
  SELECT visitor, unit, label_set, 'all' AS dimension, '' AS name FROM regulars
  UNION ALL
  SELECT visitor, unit, label_set, 'channel', channel FROM regulars
  UNION ALL
  SELECT visitor, unit, label_set, 'campaign', campaign FROM regulars
  UNION ALL
  SELECT visitor, unit, label_set, 'country', country FROM regulars
  UNION ALL
  SELECT visitor, unit, label_set, 'click', campaign FROM regulars WHERE clicked
), things AS (
  SELECT dimension, name, CAST(row_number() OVER () AS INTEGER) AS thing FROM (SELECT DISTINCT dimension, name FROM named)
), came AS (
  SELECT DISTINCT thing, label_order AS label_set, visitor, unit
  FROM named JOIN things USING (dimension, name) JOIN label_sets USING (label_set) JOIN every_label USING (label)
), followed AS (
  SELECT *, lag(unit) OVER (PARTITION BY thing, label_set, visitor ORDER BY unit) AS before FROM came
), days AS (
  SELECT unit, DATE '1970-01-01' + unit AS day FROM (SELECT DISTINCT unit FROM classes)
), starts AS (
  SELECT unit, CAST(date_trunc('week', day) AS DATE) - DATE '1970-01-01' AS week,
    CAST(date_trunc('month', day) AS DATE) - DATE '1970-01-01' AS month,
    CAST(date_trunc('year', day) AS DATE) - DATE '1970-01-01' AS year
  FROM days
), counted AS (
  SELECT unit, label_set, thing, count(*) AS in_day, count(*) FILTER (before IS NULL OR before < week) AS in_week,
    count(*) FILTER (before IS NULL OR before < month) AS in_month,
    count(*) FILTER (before IS NULL OR before < year) AS in_year, count(*) FILTER (before IS NULL) AS in_all
  FROM followed JOIN starts USING (unit) GROUP BY unit, label_set, thing
), once AS (
  SELECT unit, label_set, 'all' AS dimension, '' AS name, count(*) AS number FROM singles GROUP BY ALL
  UNION ALL
  SELECT unit, label_set, 'channel', channel, count(*) FROM singles GROUP BY ALL
  UNION ALL
  SELECT unit, label_set, 'campaign', campaign, count(*) FROM singles GROUP BY ALL
  UNION ALL
  SELECT unit, label_set, 'country', country, count(*) FROM singles GROUP BY ALL
  UNION ALL
  SELECT unit, label_set, 'click', campaign, count(*) FROM singles WHERE clicked GROUP BY ALL
)
SELECT unit, label_set, dimension, name, in_day, in_week, in_month, in_year, in_all FROM counted JOIN things USING (thing)
UNION ALL
SELECT unit, label_set, dimension, name, number, number, number, number, number FROM once
