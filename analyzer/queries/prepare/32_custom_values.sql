-- The variables of the site's own that a visit's events carry.
CREATE TABLE custom_values AS
SELECT DISTINCT visit, variable, value FROM said JOIN variables USING (custom);
