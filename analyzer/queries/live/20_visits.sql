-- The visits that may carry a label that is asked; `$asked` says of which days.
CREATE VIEW visits AS SELECT *, visitor AS key, 0 AS source FROM kept_visits WHERE $asked;
