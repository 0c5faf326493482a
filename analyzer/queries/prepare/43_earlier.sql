-- Earlier visits of who comes again: of visits that are alike, only the last matters.
CREATE TABLE earlier_visits AS
SELECT visitor, CAST(max(day) - DATE '1970-01-01' AS INTEGER) AS unit, label_set, coalesce(channel, '') AS channel,
  coalesce(campaign, '(none)') AS campaign, coalesce(country, '(unknown)') AS country, clicked
FROM earlier_history WHERE day < $first_day AND visitor IN (SELECT visitor FROM visits)
GROUP BY visitor, label_set, channel, campaign, country, clicked;

-- Visits of earlier days that were read, since they reach into those that are counted, have done their part.
CREATE TABLE counted_visits AS SELECT visit FROM visits WHERE day >= $first_day;
