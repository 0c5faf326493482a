"""The parser: raw files into hits, rejects and directives, every line accounted for (DOMAIN.md, Laws 1 and 2).

Consumes ``file.fetched``. Emits ``hits.parsed``, or ``file.failed`` when the file waits as a dead letter.
Owns the tables ``contents`` and ``growths`` and the folders ``hits/<content>/``: ``hits-<part>-<UTC day>.parquet``,
``rejects.parquet``, ``directives.parquet``; named by their inputs, never changed.
May be killed at any moment: a folder is renamed into place when it is whole. Several parsers share the files.

``blocks`` lines of a file in bounded memory · ``detect`` which format · ``ncsa``, ``w3c`` the definition, line by line ·
``fast`` the same as SQL over blocks · ``engine`` DuckDB · ``robots`` by agent · ``read`` one file · ``growth`` which file
continues which · ``stage`` the message.
"""
