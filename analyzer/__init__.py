"""The analyzer: hits into visits into reports (DOMAIN.md sections 3, 6 and 8).

Consumes ``hits.parsed``, ``file.failed`` and ``fetch.finished``. Emits ``analysis.ready`` when nothing of the data set
is under way and something has changed. Owns the table ``analyses`` and the folders ``analyses/<dataset>/<digest>/``:
``analysis.json`` (what the numbers are of), ``reports/<report>.parquet`` (columns period, label, dimensions, measures,
in published order; those of days, weeks and months in ``months/<month>/reports``; beside those of robots
``robots_course.parquet``, which their chart shows, beside those of funnels ``funnel_exits.parquet``), ``click_evidence.parquet`` (the clicks of suspect campaigns),
``facts`` and ``cells`` (what is asked for any range of days, and what the next analysis goes on from), ``state.json``,
``summary.json``; :mod:`analyzer.folders` tells where. Files are never changed: the next analysis has those of untouched
months by links.
May be killed at any moment: a folder is named by all it depends on, and renamed into place when it is whole.

An analysis goes on from the one before: ``window`` from which day on it counts anew, ``earlier`` and ``state`` what is
known of the days before, ``cells`` and ``units`` what is added up, ``scope`` which periods are made anew, ``results`` and
``facts`` what is written.
``sources`` which files count · ``overlaps`` and ``settle`` which of their lines · ``prepare`` the tables all reports
read, from ``queries/prepare`` · ``hosts``, ``cookies``, ``amounts``, ``exclusion`` what texts mean ·
``arrivals``, ``campaigns``, ``costs`` where visits come from and what that costs · ``traits`` who visits are of ·
``funnels`` how far they go · ``labels``, ``label_criteria``, ``label_facts`` which visits carry which label ·
``significance`` what has changed by more than chance · ``reports`` the table of reports, each with its SQL in ``queries``.
``facts`` what is kept to be asked · ``asked`` which days · ``live`` answers, ``live_tables`` the facts as the tables that
reports read · ``compare`` two answers side by side.
"""
