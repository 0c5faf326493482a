"""The fetcher: gets raw files from collectors, each once, whole.

Consumes ``dataset.due``. Emits ``file.fetched`` for each file and ``fetch.finished`` for each round.
Owns the tables ``rounds`` and ``files``, the raw store, and partial downloads in ``staging``.
Between messages it makes data sets due by their timetable and watches local folders.
May be killed at any moment: a partial download goes on where it ended, a file in the store is not fetched again.
Several fetchers share data sets; one data set is fetched by one at a time.

``location`` where · ``opener`` by which protocol (``ftp``, ``http``, ``sftp``, ``folder``) · ``config`` what the collector
says · ``walk`` what is offered · ``plan`` what of it is wanted · ``download`` how it is got · ``stage`` the round.
"""
