-- Each event with its visit, known by its first page view; NULL for what comes before any page view of its stretch.
CREATE TABLE visited AS
SELECT events.*, max(starts.hit) OVER (PARTITION BY stretch ORDER BY events.hit) AS visit
FROM events LEFT JOIN starts USING (hit);
