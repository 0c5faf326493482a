"""The reporter: reports as pages, JSON, CSV and documents in the published folder (DESIGN.md, "The published folder").

Consumes ``analysis.ready``. Emits ``report.published``, ``documents.due`` for each period whose documents are to be
made, and ``target.due`` for each target of the data set.
Owns the tables ``publications``, ``snapshots`` and ``overlay_plans`` and, below the published folder, the folders of data sets and periods.
May be killed at any moment: a period's folder is written aside and swapped in; leftovers go at the next publishing. Of two
analyses the newer wins, however many reporters there are.

``model`` what all renderers share, from ``tables`` (Parquet) by ``rows`` · ``html_report`` (``table``, ``charts``,
``words``), ``json_report``, ``csv_report``, ``documents`` the renderers · ``assets`` style and scripts · ``editions`` (``neighbours``)
what a period is made from: what did not change costs nothing · ``period_folder`` a period rendered, here or by
``workers``, as ``chunks`` share them out · ``swap`` complete or absent · ``publish`` the folder, ``home`` its first page ·
``retention``, ``manifest`` what stays as it was published, and what goes · ``overlay`` copies of the site's pages,
with clicks · ``mail``, ``alerts`` who is told · ``published`` what was published last · ``each`` the data sets that
want something · ``colors`` what can be read · ``inside`` which addresses of the network are asked · ``time_limit``
for how long · ``documents_stage`` documents of published periods and ``targets`` copies elsewhere, stages beside this
one · ``apart`` slow work by processes of their own · ``chores`` what is done beside messages, each in its thread.
"""
