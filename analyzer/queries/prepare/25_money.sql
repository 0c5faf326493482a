-- What campaigns cost is counted in whole units of 10^-15, so that thirds of it add up again. `part_of` is the share of
-- some clicks in a cost, `money` an amount to the cent, half up; the step between forgives the last units.
CREATE MACRO units(amount) AS CAST(CAST(amount AS DECIMAL(31, 6)) * 1000000 AS HUGEINT) * 1000000000;
CREATE MACRO part_of(cost, clicks, every) AS (cost * clicks + every // 2) // every;
CREATE MACRO money(units) AS
  CAST(((units + 50000) // 100000 + 50000000) // 100000000 AS DECIMAL(36, 0)) * CAST(0.01 AS DECIMAL(2, 2));
