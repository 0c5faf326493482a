"""Scheduled e-mail: reports of the last day, week or month, sent once, when their data is complete (docs/mail.md).

Runs in a thread of its own (``tick``). Owns the tables ``mail_plans``, ``deliveries`` and ``suppressed``. May be
killed at any moment: what was about to be sent then is *unknown*, and a person says what became of it.

``timetable`` when an event is due and of which period it tells · ``planning`` due events become ``deliveries`` ·
``complete`` whether the data is there · ``reports`` whether an e-mail may go out, ``send`` sends, ``smtp`` is the one door to
the server · ``making`` has e-mails made by other processes · ``event`` finds what it is made from: ``content`` its words, ``grid`` tables, ``images`` charts, ``html`` and
``text`` its two parts, ``html_subset`` what all e-mail programs share, ``attachments``, ``message`` all of it with its
headers · ``unsubscribe`` tokens, ``suppression`` who gets none, ``bounces`` and ``inbound`` what comes back.
"""
