"""The reporter: reports as pages, JSON and CSV in the published folder (DESIGN.md, "The published folder").

Consumes ``analysis.ready``. Emits ``report.published``.
Owns the table ``publications`` and, below the published folder, the folders of data sets and periods.
May be killed at any moment: a period's folder is written aside and swapped in; leftovers go at the next publishing. Of two
analyses the newer wins, however many reporters there are.

``model`` what all renderers share · ``html_report``, ``json_report``, ``csv_report`` the renderers · ``words`` how numbers
are said · ``chart`` the trend · ``assets`` style and scripts · ``swap`` complete or absent · ``publish`` the folder ·
``retention``, ``manifest`` what stays as it was published, and what goes.
"""
