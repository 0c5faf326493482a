-- Who behaved like a robot: visitor (a number of this analysis), day, the rule that says so, and hits of that day.
SELECT visitor, day, rule, hits FROM behaviour ORDER BY day, rule, visitor
