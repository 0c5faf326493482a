"""Alerts: a person is told once when something goes wrong, and once when it is over (docs/alerts.md).

Runs between the reporter's messages (``watch``). Owns the table ``incidents``; notices are deliveries of
:mod:`reporter.mail`, written in one transaction with the incident. May be killed at any moment.

``conditions`` what is wrong, as pure functions · ``facts`` what they are judged by · ``incidents`` opened and recovered
once · ``audience`` who is told · ``notices`` in which words · ``webhook`` the one door to the web.
"""
