-- Visits that entered on a campaign.
CREATE TABLE clicks AS
SELECT visit, visitor, first_ts, campaign
FROM visits JOIN entered USING (visit) JOIN ways USING (place, kind) WHERE campaign IS NOT NULL;
