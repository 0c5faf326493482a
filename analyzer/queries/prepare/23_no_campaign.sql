-- Where nobody entered on a campaign, none is attributed.
CREATE TABLE attributed AS SELECT visit, campaign FROM clicks;
