"""The link overlay: copies of the site's own pages, on which each link carries its clicks (DOMAIN.md sections 6 and 8).

Owns the tables ``snapshots`` and ``overlay_plans``, ``overlay/<dataset>`` below the data folder (what was fetched, as it
came) and ``<publish>/<dataset>/overlay`` (what is shown, cleaned). A period's ``overlay.html`` has the numbers, and is
made with the period; copies are stored once for all periods. May be killed at any moment: a copy counts when its row
says so, and what is published is written aside and renamed.

``round`` fetches the pages of a data set, on request or as ``schedule`` says · ``addresses`` which page an address is,
and where a page lies · ``guest`` asks politely (robots.txt, pauses, redirects), by ``web``, which connects to nothing that
``inside`` refuses · ``capture`` a page with all it needs · ``archive`` what is kept of it · ``encodings``, ``markup``, ``styles``,
``media`` what is left of it when it is shown: no script, no address of any host · ``copies`` what is published ·
``numbers``, ``page`` what a period says.

A copy is hostile. It is shown in a frame without scripts and of no origin (``sandbox``), whose policy lets it load
nothing; it has been cleaned by a list of what may stay; and the numbers are put in from outside, as text.
"""
