"""The reporter: reports as pages, JSON and CSV in the published folder (DESIGN.md, "The published folder").

Consumes ``analysis.ready``. Emits ``report.published``.
Owns the table ``publications`` and, below the published folder, the folders of data sets and periods.
May be killed at any moment: a period's folder is written aside and swapped in; leftovers go at the next publishing. Of two
analyses the newer wins, however many reporters there are.

``model`` what all renderers share, from ``tables`` (Parquet) by ``rows`` · ``html_report`` (``table``, ``chart``,
``words``), ``json_report``, ``csv_report`` the renderers · ``assets`` style and scripts · ``editions`` (``neighbours``)
what a period is made from: what did not change costs nothing · ``period_folder`` a period rendered, here or by
``workers``, as ``chunks`` share them out · ``swap`` complete or absent · ``publish`` the folder, ``home`` its first page ·
``retention``, ``manifest`` what stays as it was published, and what goes.
"""
