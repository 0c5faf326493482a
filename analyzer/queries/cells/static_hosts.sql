-- Which hosts the referrers of static files name: mostly the site's own.
SELECT day - DATE '1970-01-01' AS unit, 0 AS label_set, host, hits FROM static_hosts
