-- Orders that count: of each id the earliest; without an id, not the immediate reload of the same page and amount.
-- An id that an earlier day has already counts no more.
CREATE TABLE orders AS
WITH priced AS (
  SELECT v.hit, v.visit, v.page, v.day, v.order_id, a.amount, v.page_before, b.amount AS amount_before
  FROM views AS v JOIN amounts AS a ON a.raw = v.order_total LEFT JOIN amounts AS b ON b.raw = v.total_before
  WHERE a.amount IS NOT NULL
)
SELECT hit, visit, amount, day, order_id FROM priced
WHERE order_id IS NOT NULL AND order_id NOT IN (FROM earlier_order_ids) QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY hit) = 1
UNION ALL
SELECT hit, visit, amount, day, order_id FROM priced
WHERE order_id IS NULL AND (page, amount) IS DISTINCT FROM (page_before, amount_before);
