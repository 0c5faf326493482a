-- Without cookies, address and agent are the visitor.
CREATE VIEW known AS SELECT *, sender AS visitor, false AS had_persistent FROM hits;
