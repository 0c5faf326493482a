-- Consecutive page views of visits; `page_before` is empty where a visit begins.
SELECT unit, label_set, page_before, page, count(*) AS clicks
FROM views JOIN classes USING (visit) GROUP BY unit, label_set, page_before, page
