"""The console in a browser, and for programs: FastAPI over what the command line has.

``app`` puts it together · ``server`` runs it · ``place`` what every answer needs · ``guard`` who asks and whether they may ·
``sessions``, ``tokens`` how they are known again · ``audit`` who did what · ``problems`` errors in words · ``view`` templates;
then one module for each page: ``entrance``, ``second_step`` (a one-time code), ``code_pages`` (one's own), ``home``, ``published``, ``operations``, ``people``, ``account``, ``unsubscribe``,
``health``; the setup wizard is ``wizard`` (steps), ``wizard_look`` (the test), ``wizard_seal``, ``wizard_answers``,
``wizard_schedule``, then ``wizard_progress`` with ``wizard_state`` (how far) and ``wizard_import`` (done by the console).
Single sign-on is ``oidc_pages`` (there and back), ``oidc_provider`` with ``oidc_http`` and ``oidc_tokens`` (what it says, and
whether that is believed), ``oidc_admission`` and ``oidc_accounts`` (who is let in); ``arrival`` lets in who has proved who they are.
Notes on days are ``day_notes``, ``annotation_pages``, ``noted`` (put into reports), ``noted_chart``; ``drill`` and ``trail``
lead from a report to a closer one and back. ``reparse_pages`` has raw files read again, ``reject_pages`` shows lines that are no hits,
``forget_pages`` forgets a visitor,
``retention_pages`` removes what is old, ``overlay_pages`` copies of a site's pages.
``event_streams`` counts server-sent events. ``api`` is the same for programs.
"""
