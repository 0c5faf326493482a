"""The parser: raw files into hits, rejects and directives, every line accounted for (DOMAIN.md, Laws 1 and 2).

Consumes ``file.fetched`` and ``part.due``. Emits ``hits.parsed``, or ``file.failed`` when the file waits as a dead letter.
Owns the tables ``contents``, ``growths`` and ``parts`` and the folders ``hits/<content>/``: ``hits-<block>-<UTC
day>.parquet``, side tables of what is known of agents, addresses and referrers, ``rejects.parquet``,
``directives.parquet``; named by their inputs, never changed.
May be killed at any moment: a folder is renamed into place when it is whole. Several parsers share files and their parts.

*Reading*: ``archives`` unpacked · ``lines`` blocks of lines in bounded memory · ``days``, ``runs`` what of a block is alike ·
``formats`` the table · ``detect`` which · ``readers`` line by line, one module a family (``ncsa``, ``ncsa_variants``, ``w3c``,
``iis``, ``s3``, ``balancers``, ``haproxy``, ``json_lines``, ``logformat``) with ``fields``, ``times``, ``records``, ``rejects`` ·
``fast`` the same as SQL · ``engine`` DuckDB · ``block_work`` one block · ``read`` one file · ``others`` what is no hit.
*Knowing*: ``enrich`` distinct values · ``agents``, ``robots``, ``patterns`` · ``countries`` · :mod:`shared.referrers` ·
``proxies``, ``privacy``, ``parameters``, ``protect`` whose hit it is and what of it is kept · ``hiding``, ``forget``,
``traces`` who was forgotten · ``retention`` what is kept no longer.
*Deciding*: ``import_settings`` · ``growth`` which file continues which · ``reject_limit``, ``kept_rejects`` · ``content`` the row of a parse ·
``parts`` where a big file is cut · ``part_stage``, ``assemble`` such a file by several parsers · ``stage`` the messages.
"""
