-- Which referrers static files are asked for with: mostly the site's own pages.
SELECT raw, count(*) FROM hits JOIN referrer_ids USING (referrer) WHERE static GROUP BY raw
