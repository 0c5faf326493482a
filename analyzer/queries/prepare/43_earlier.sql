-- Visits of days that are not counted anew: who came, and by what.
CREATE TABLE earlier_visits (
  visitor BIGINT, unit INTEGER, label_set INTEGER, channel VARCHAR, campaign VARCHAR, country VARCHAR, clicked BOOLEAN
);
