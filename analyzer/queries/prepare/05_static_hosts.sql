-- Which hosts static files are asked for from, day by day: mostly the site's own pages.
CREATE TABLE static_hosts AS
SELECT day, host, count(*) AS hits FROM hits JOIN referrer_hosts USING (referrer) WHERE static AND host <> '' GROUP BY ALL;
