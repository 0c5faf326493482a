"""What each key of scheduled e-mail and of alerts means."""

from __future__ import annotations

from shared.dataset_settings.key import Key

ALERT_KEYS = (
    Key("alerts.to", "list of addresses", "none", "Who is told by e-mail; needs the process settings `smtp_*`."),
    Key("alerts.webhook", "URL", "none", "An address that is told by a signed POST (`docs/alerts.md`)."),
    Key(
        "alerts.webhook_secret_env", "environment variable", "none", "Variable that holds the secret it is signed with."
    ),
    Key(
        "alerts.data_by",
        "HH:MM",
        "none",
        "By this time of each day, in the data set's zone, every server must have delivered the day before; without, "
        "nobody is told of missing data.",
    ),
    Key(
        "alerts.change_limit",
        "robust standard deviations",
        "none",
        "A day with visits further than so many from the median of the same weekday is told of; 0: never.",
    ),
    Key(
        "alerts.change_share",
        "share",
        "none",
        "And by at least this share of that median: small shops change much in numbers that mean little.",
    ),
    Key(
        "alerts.reject_share",
        "share",
        "none",
        "More rejects than this among the lines of a day's files are told of; 1: never.",
    ),
    Key("alerts.dead_letters", "true or false", "none", "Whether dead letters of the data set are told of."),
)
MAIL_KEYS = (
    Key("mails.id", "small letters, digits, - _", "none", "Name in `proprocessor mail` and in what it lists."),
    Key("mails.to", "list of addresses", "none", "Who gets it: one e-mail each, which nobody else is named in."),
    Key("mails.reports", "list of report ids", "none", "Which reports it shows, in this order."),
    Key("mails.labels", "list of label ids", "none", "Labels beside all visitors; without, every one."),
    Key("mails.period", "day, week or month", "none", "It tells of the last whole one."),
    Key(
        "mails.compare",
        "none, previous or year",
        "none",
        "Below each number the one of the period before, of the same period a year before, or none.",
    ),
    Key("mails.weekday", "monday to sunday", "none", "The day a week's e-mail is due."),
    Key("mails.day_of_month", "1 to 28", "none", "The day a month's e-mail is due."),
    Key("mails.time", "HH:MM", "none", "When it is due, in the data set's zone."),
    Key(
        "mails.subject",
        "text",
        "none",
        "`{name}` and `{period}` stand for the data set and the period; without, `{name}: {period}`.",
    ),
    Key(
        "mails.introduction",
        "text",
        "none",
        "Plain text that the e-mail begins with; an empty line begins a paragraph.",
    ),
    Key("mails.attach", "list of pdf, xlsx, csv", "none", "The reports as files: all rows, whatever the e-mail shows."),
    Key("mails.rows", "rows", "none", "So many of a table are shown, the rest as one row *Others*; 1 to 50."),
    Key(
        "mails.wait_hours",
        "hours",
        "none",
        "So long after it is due it waits for data that is missing; then it is sent and marked partial. 0 to 240.",
    ),
)
