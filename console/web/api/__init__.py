"""The API for programs, under ``/api/v1``: all that the console does, as JSON, and reports also as CSV, Parquet and Arrow.

``routes`` puts it together · ``document`` tells of it as OpenAPI 3.1 · ``contract`` what every operation shares: errors as
``application/problem+json``, pages of lists · ``access`` who may · ``representation`` formats, ETags, pages of reports ·
``report_description`` what is told of them · ``tables`` reports as typed columns · ``streaming`` in pieces;
then one module for each subject:
``dataset_routes``, ``reparse_routes``, ``reject_routes``, ``forget_routes``, ``retention_routes``, ``overlay_routes``,
``published_routes``, ``live_routes``, ``annotation_routes``, ``settings_routes``, ``failure_routes``,
``operation_routes``, ``pause_routes``, ``account_routes``, ``own_routes``.
It keeps nothing: any number of consoles may answer, and each may be restarted at any time.
"""
