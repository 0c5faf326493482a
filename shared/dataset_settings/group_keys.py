"""What each key of labels, campaigns and funnels means; docs/labels.md has the criteria with their examples."""

from __future__ import annotations

from shared.dataset_settings.key import Key

TEXT, NUMBER = "text matcher", "number matcher"


def _criterion(name: str, unit: str, meaning: str, example: str = "") -> Key:
    return Key(f"labels.match.{name}", unit, "analysis", meaning, example)


CRITERIA = (
    _criterion(
        "all",
        "list of criteria",
        "Every one of them fits; nested as deep as you like.",
        "{ all = [{ search = true }, { short = true }] }",
    ),
    _criterion(
        "any",
        "list of criteria",
        "At least one of them fits.",
        '{ any = [{ channel = { equals = "paid" } }, { campaign = { equals = "spring" } }] }',
    ),
    _criterion(
        "label",
        "id of a label",
        "The visit carries that label, as its `inverse` says; `all` is everybody.",
        '{ label = "paid" }',
    ),
    _criterion(
        "referrer",
        TEXT,
        "The external referrer of the visit's entry, without its fragment.",
        '{ referrer = { contains = "partner.test" } }',
    ),
    _criterion(
        "referrer.parameter",
        "name",
        "Compare a parameter of the referrer's query in place of the whole.",
        '{ referrer = { parameter = "ad", equals = "top" } }',
    ),
    _criterion(
        "search_engine",
        TEXT,
        "Name of the search engine that led to the entry.",
        '{ search_engine = { any_of = ["Google", "Bing"] } }',
    ),
    _criterion(
        "search_term",
        TEXT,
        "What was searched for, where the engine or the campaign says it.",
        '{ search_term = { contains = "apple" } }',
    ),
    _criterion(
        "search", "true or false", "Whether any search engine led to the entry, paid or not.", "{ search = true }"
    ),
    _criterion("ai", "true or false", "Whether an AI assistant led to the entry.", "{ ai = true }"),
    _criterion(
        "channel",
        TEXT,
        "paid, email, campaign, search, ai, social, referral or direct: the first that fits the entry.",
        '{ channel = { equals = "email" } }',
    ),
    _criterion("entry_page", TEXT, "Name of the visit's first page.", '{ entry_page = { equals = "/" } }'),
    _criterion("saw_page", TEXT, "Name of any page of the visit.", '{ saw_page = { starts_with = "/blog/" } }'),
    _criterion("exit_page", TEXT, "Name of the visit's last page.", '{ exit_page = { ends_with = ".html" } }'),
    _criterion(
        "exit_link",
        TEXT,
        "Target of any link to another site that was followed in the visit.",
        '{ exit_link = { contains = "partner.test" } }',
    ),
    _criterion(
        "campaign", TEXT, "Campaign of the visit, its own or attributed.", '{ campaign = { equals = "spring" } }'
    ),
    _criterion("cookie", "table", "A cookie on any page of the visit.", '{ cookie = { name = "member" } }'),
    _criterion("cookie.name", "name", "Name of the cookie; being there is enough.", '{ cookie = { name = "member" } }'),
    _criterion(
        "cookie.value",
        TEXT,
        "The cookie's value also fits.",
        '{ cookie = { name = "member", value = { equals = "gold" } } }',
    ),
    _criterion(
        "cookie.first_page",
        "true or false",
        "Look at the visit's first page only.",
        '{ cookie = { name = "member", first_page = true } }',
    ),
    _criterion(
        "address",
        TEXT,
        "The entry's address. `equals` and `any_of` also take CIDR blocks, `*` and ranges of octets; IPv6 as well.",
        '{ address = { any_of = ["192.0.2.*", "10.1.214-219.*", "2001:db8::/32"] } }',
    ),
    _criterion(
        "parameter",
        "table",
        "A URL parameter on any page of the visit, also one that makes no page.",
        '{ parameter = { name = "src" } }',
    ),
    _criterion(
        "parameter.name",
        "name",
        "Name of the parameter; being there with a value is enough.",
        '{ parameter = { name = "src" } }',
    ),
    _criterion(
        "parameter.value",
        TEXT,
        "One of its values also fits.",
        '{ parameter = { name = "src", value = { equals = "newsletter" } } }',
    ),
    _criterion("custom", "table", "A custom variable of the visit.", '{ custom = { name = "plan" } }'),
    _criterion(
        "custom.name",
        "name",
        "Name of the variable; being there with a value is enough.",
        '{ custom = { name = "plan" } }',
    ),
    _criterion(
        "custom.value",
        TEXT,
        "One of its values also fits.",
        '{ custom = { name = "plan", value = { equals = "pro" } } }',
    ),
    _criterion(
        "country",
        TEXT,
        "Country of the address, two capital letters (ISO 3166).",
        '{ country = { any_of = ["DE", "AT", "CH"] } }',
    ),
    _criterion(
        "language",
        TEXT,
        "First language of the browser, lower case; only where the log has it.",
        '{ language = { starts_with = "de" } }',
    ),
    _criterion("browser", TEXT, "Name of the browser.", '{ browser = { equals = "Firefox" } }'),
    _criterion("os", TEXT, "Name of the operating system.", '{ os = { equals = "Windows" } }'),
    _criterion("device", TEXT, "desktop, mobile, tablet, tv, console or other.", '{ device = { equals = "mobile" } }'),
    _criterion("weekday", NUMBER, "Day of the visit, 1 (Monday) to 7 (Sunday).", "{ weekday = { min = 6 } }"),
    _criterion(
        "hour",
        NUMBER,
        "Hour of the visit's first page view, 0 to 23, in the data set's time zone.",
        "{ hour = { min = 9, max = 16 } }",
    ),
    _criterion("revenue", NUMBER, "Sum of the visit's orders.", "{ revenue = { min = 100 } }"),
    _criterion("page_views", NUMBER, "Page views of the visit.", "{ page_views = { min = 2, max = 5 } }"),
    _criterion("seconds", NUMBER, "Time from the visit's first to its last page view.", "{ seconds = { min = 60 } }"),
    _criterion("short", "true or false", "Whether the visit is short (`[visits] short_seconds`).", "{ short = true }"),
    _criterion(
        "visitor",
        "new or returning",
        "By the persistent cookie, else by an earlier visit.",
        '{ visitor = "returning" }',
    ),
    _criterion(
        "status",
        NUMBER,
        "Status of any hit of the visitor during the visit, errors and pictures included.",
        "{ status = { min = 500 } }",
    ),
    _criterion(
        "funnel_stage", "table", "The visit saw a page of a stage of a funnel.", '{ funnel_stage = { name = "buy" } }'
    ),
    _criterion(
        "funnel_stage.name",
        "id of a funnel",
        "The funnel; any stage of it is enough.",
        '{ funnel_stage = { name = "buy" } }',
    ),
    _criterion(
        "funnel_stage.value",
        TEXT,
        "The stage's name also fits.",
        '{ funnel_stage = { name = "buy", value = { equals = "Cart" } } }',
    ),
)
GROUP_KEYS = (
    Key(
        "labels.id",
        "small letters, digits, - _",
        "analysis",
        "Name in CSV, JSON and other labels. Not `all`, and no column of a report.",
    ),
    Key("labels.name", "text", "analysis", "Name on the pages; the id where there is none."),
    Key("labels.color", "#RRGGBB", "analysis", "Colour in charts and tables; without, one is chosen."),
    Key("labels.match", "criterion", "analysis", "Which visits carry it: exactly one criterion of `docs/labels.md`."),
    *CRITERIA,
    Key("labels.inverse", "true or false", "analysis", "All visits but those that match."),
    Key("labels.hide_in", "list of report ids", "analysis", "Reports that do not show the label."),
    Key("campaigns.name", "text", "analysis", "Name in reports, and in files of costs."),
    Key(
        "campaigns.match",
        "table",
        "analysis",
        "What the visit's entry must have: all that is given. The first that fits wins, before `utm_campaign`.",
    ),
    Key(
        "campaigns.match.page",
        "path with parameters",
        "analysis",
        "The landing page, and parameters it must have.",
        '{ page = "/landing?src=a" }',
    ),
    Key(
        "campaigns.match.parameter",
        "name=value",
        "analysis",
        "A parameter on any landing page; `name` alone: any value.",
        '{ parameter = "src=spring" }',
    ),
    Key(
        "campaigns.match.referrer",
        TEXT,
        "analysis",
        "The external referrer.",
        '{ referrer = { contains = "partner" } }',
    ),
    Key(
        "campaigns.cost", "table", "analysis", "What it costs, in exactly one of four ways; without, what was imported."
    ),
    Key("campaigns.cost.fixed", "money", "analysis", "Once, on the day of the first click.", '{ fixed = "300" }'),
    Key("campaigns.cost.per_click", "money", "analysis", "For each visit that enters on it.", '{ per_click = "0.40" }'),
    Key(
        "campaigns.cost.per_day",
        "money",
        "analysis",
        "On each day from the first to the last click.",
        '{ per_day = "10" }',
    ),
    Key(
        "campaigns.cost.file",
        "path",
        "analysis",
        "A CSV file of costs by day, for this campaign.",
        '{ file = "costs.csv" }',
    ),
    Key("funnels.id", "small letters, digits, - _", "analysis", "Name in CSV, JSON and criteria."),
    Key("funnels.name", "text", "analysis", "Name on the pages; the id where there is none."),
    Key("funnels.stages", "list of tables", "analysis", "Two or more, in order, with different names."),
    Key("funnels.stages.name", "text", "analysis", "Name of the stage."),
    Key("funnels.stages.groups", "list of tables", "analysis", "One or more, with different names."),
    Key("funnels.stages.groups.name", "text", "analysis", "Name of the group."),
    Key(
        "funnels.stages.groups.pages",
        TEXT,
        "analysis",
        "Names of the pages that count as one.",
        '{ starts_with = "/thanks" }',
    ),
)
