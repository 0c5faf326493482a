"""What every stage stands on; knows no stage.

``errors`` who can act · ``messages`` facts between processes · ``transport`` queues · ``runner`` the one loop · ``work`` what
a stage is · ``outbox`` messages on their way out · ``retry`` what follows a failure · ``failures`` dead letters · ``pauses`` what a person has paused · ``catalog``
the database · ``store`` raw files · ``settings`` of a process · ``dataset_settings`` of a data set · ``site`` the config's
facts, ``nlf`` names of its files · ``mail_address`` what may stand in a header · ``pages`` what makes two requests one page · ``referrers``, ``referrer_table``, ``campaigns`` what a referrer and a query say · ``costs``, ``cost_files``,
``cost_headings``, ``cost_cells`` what campaigns cost · ``accounts`` who may read what, ``passwords`` their hashes · ``target_location`` where reports
are mirrored to · ``remote``, ``ftp``, ``ssh`` other servers · ``secrets`` sealed passwords · ``sqlite_file`` SQLite files · ``logging``, ``clock``, ``cron``, ``presence``, ``process``, ``templating``.
"""
