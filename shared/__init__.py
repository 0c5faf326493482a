"""What every stage stands on; knows no stage.

``errors`` who can act · ``messages`` facts between processes · ``transport`` queues · ``runner`` the one loop · ``work`` what
a stage is · ``outbox`` messages on their way out · ``retry`` what follows a failure · ``failures`` dead letters · ``catalog``
the database · ``store`` raw files · ``settings`` of a process · ``dataset_settings`` of a data set · ``site`` the config's
facts · ``referrers``, ``referrer_table``, ``campaigns`` what a referrer and a query say · ``costs``, ``cost_files``,
``cost_headings``, ``cost_cells`` what campaigns cost · ``secrets`` sealed passwords · ``sqlite_file`` SQLite files · ``logging``, ``clock``, ``cron``, ``presence``, ``process``.
"""
