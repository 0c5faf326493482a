"""What each key of the plain tables means."""

from __future__ import annotations

from shared.dataset_settings.key import Key

TABLE_KEYS = (
    Key("dataset.name", "text", "analysis", "Name on the pages; the id is made from it when the data set is made."),
    Key("dataset.timezone", "IANA time zone", "analysis", "Days, weeks, months and hours are of this zone."),
    Key("dataset.currency", "three letters", "analysis", "Currency of all money; nothing is converted."),
    Key(
        "dataset.hosts",
        "list of hosts",
        "analysis",
        "The site's own hosts, beside those of the config. Where neither names any, the most common referrer of static "
        "files is taken, and said.",
    ),
    Key(
        "source.location",
        "URL or path",
        "none",
        "As for `process`, whose argument wins; another one holds from the next fetch on, and what was fetched stays.",
    ),
    Key("source.user", "text", "none", "User name at the source."),
    Key("source.password_env", "environment variable", "none", "Variable that holds the password."),
    Key(
        "source.schedule", "cron expression", "none", "When to fetch, in the data set's time zone; without, on demand."
    ),
    Key(
        "source.format",
        "format",
        "import",
        "A name of `docs/formats.md`, or the server's own `LogFormat` or `log_format` string. A format named for one "
        "file (`failures replay --format`, `reparse --format`) wins.",
    ),
    Key(
        "source.reject_limit",
        "share",
        "import",
        "Share of rejects among the lines that are no directives, 0 to 1; a file above it, however small, is held "
        "(`docs/operations.md`). 1 holds none. What was parsed is not parsed again for it, only judged anew.",
    ),
    Key(
        "source.trusted_proxies",
        "list of addresses",
        "import",
        "Addresses and CIDR blocks of your own proxies. Where one of them is the address, the visitor's is taken from "
        "`X-Forwarded-For`, if that is logged: the last entry that is none of them, since what stands before it may be "
        "invented. A format without any other address takes the first entry, whoever is trusted.",
    ),
    Key(
        "source.countries",
        "absolute path",
        "import",
        "A file in MMDB format, in place of the countries that come with the software.",
    ),
    Key(
        "source.referrers",
        "absolute path",
        "import",
        "Your own table of referring sites: domain part, name, kind (`search`, `social`, `email`, `paid`, `ai`, "
        "`referral`), parameters, with tabs between; its rows come before ours (`shared/tables/referrers.tsv`).",
    ),
    Key(
        "privacy.addresses",
        "keep, truncate or hash",
        "import",
        "`keep` as logged; `truncate` to the network (IPv4 /24, IPv6 /48); `hash` to a code that is the same within "
        "one UTC day.",
    ),
    Key(
        "privacy.honour_opt_out",
        "true or false",
        "import",
        "Who sent `DNT: 1` or `Sec-GPC: 1` counts as excluded, and nothing that tells who it was is stored.",
    ),
    Key(
        "privacy.drop_parameters",
        "list of names",
        "import",
        "Parameters that are not stored, in queries, paths, referrers, exit links and custom variables.",
    ),
    Key(
        "retention.raw_days",
        "days",
        "none",
        "A raw file is deleted so many days after it was fetched, once it is parsed; then it cannot be read again.",
    ),
    Key(
        "retention.hits_days",
        "days",
        "none",
        "Hits of a day are deleted so many days later; what was published of it stays, and no later change reaches it.",
    ),
    Key(
        "retention.reports_days",
        "days",
        "none",
        "Published reports of a period are deleted so many days after its last day.",
    ),
    Key("visits.gap_minutes", "minutes", "analysis", "A longer pause ends a visit; 1 to 1440."),
    Key(
        "visits.new_visit_on_external_referrer",
        "true or false",
        "analysis",
        "A page view from another site starts a visit, unless it repeats the visit's entry.",
    ),
    Key("visits.max_requests", "page views", "analysis", "So many in a visit begin a new one; 0 is no limit."),
    Key("visits.short_seconds", "seconds", "analysis", "A visit of at most so many is short."),
    Key(
        "pages.ignore_parameters",
        "list of names",
        "analysis",
        "Query parameters that do not make another page; `utm_*` and click ids never do.",
    ),
    Key(
        "pages.default_pages",
        "list of file names",
        "analysis",
        "File names equal to their folder, beside those of the config.",
    ),
    Key("pages.static_extensions", "list of extensions", "analysis", "Extensions of files that are no pages."),
    Key("pages.download_extensions", "list of extensions", "analysis", "Extensions of files that are downloads."),
    Key(
        "exclude.addresses",
        "list of addresses",
        "analysis",
        "Addresses not counted: single, CIDR, or octets with `*` and ranges (`192.0.2.*`, `10.1.2-9.*`).",
    ),
    Key(
        "exclude.pages",
        "list of text matchers",
        "analysis",
        "Pages not counted: matchers (`equals`, `contains`, `starts_with`, `ends_with`, `any_of`, `regex`).",
    ),
    Key(
        "robots.by_behaviour",
        "mark or exclude",
        "analysis",
        "`mark` tells how many there were; `exclude` counts their hits as robots.",
    ),
    Key("robots.hasty_pages", "page views", "analysis", "*No pauses* begins at so many of a visitor on a day."),
    Key(
        "robots.pause_seconds", "seconds", "analysis", "And at a mean pause of at most so many between them; 0 to 3600."
    ),
    Key("robots.probed_paths", "paths", "analysis", "*Probing* begins at so many missing ones of a visitor on a day."),
    Key(
        "revenue.parameter",
        "name",
        "analysis",
        "URL parameter with the amount of an order, where the log has no field for it.",
    ),
    Key("revenue.order_parameter", "name", "analysis", "URL parameter with the order's id, which counts once."),
    Key(
        "attribution.model",
        "last or first",
        "analysis",
        "The campaign of an earlier visit that a visit without one belongs to: the visitor's last, or first.",
    ),
    Key("attribution.window_days", "days", "analysis", "So far back, from start to start of the visits; 0 to 365."),
)
