-- What earlier days know of these visitors, and of ids of orders.
CREATE TABLE known_visitors AS
SELECT key, min(visitor) AS visitor, min(day) AS first_day FROM identities JOIN earlier_visitors USING (identity)
WHERE day < $first_day GROUP BY key;

CREATE TABLE earlier_order_ids AS
SELECT DISTINCT order_id FROM earlier_orders WHERE day < $first_day AND event_day < $load_day;
