"""Where visitors come from, what that costs and brings."""

from __future__ import annotations

from analyzer.reports.columns import (
    ORDERS,
    REVENUE,
    SHORT_RATE,
    VISITORS,
    VISITS,
    Dimension,
    Measure,
    Report,
    count,
)

CAMPAIGN = Dimension(
    "campaign",
    "Campaign",
    "The settings' name, else utm_campaign, else the network of the click id; (none) where no campaign led here.",
)
CONVERSION = Measure("conversion_rate", "Conversion rate", "rate", "Orders / visits.", "overview:conversion_rate")

SOURCES = Report(
    "sources",
    "Sources",
    "Which channels bring visitors?",
    "Arrivals",
    (
        Dimension(
            "channel",
            "Channel",
            "How the visit came, the first that fits: paid, email, campaign, search, ai, social, referral, direct.",
        ),
    ),
    (VISITS, VISITORS, SHORT_RATE, ORDERS, REVENUE, CONVERSION),
)

REFERRERS = Report(
    "referrers",
    "Referrers",
    "Where do visitors come from?",
    "Arrivals",
    (
        Dimension("domain", "Site", "Registrable domain of the referrer; (direct) without an external one."),
        Dimension("url", "Address", "The referrer as the browser sent it."),
    ),
    (VISITS, SHORT_RATE, ORDERS, REVENUE),
)

SEARCH = Report(
    "search",
    "Search",
    "What did visitors search for, and where?",
    "Arrivals",
    (
        Dimension("engine", "Search engine", "By the referrer, else by the click id of a search network."),
        Dimension(
            "term", "Search term", "By the referrer, else utm_term; (not provided) where neither tells it, as is usual."
        ),
    ),
    (
        count("visits", "Visits", "Visits that came from the engine with the term."),
        Measure("share_of_engine", "Share of engine", "rate", "Visits / visits from the engine.", "none"),
        Measure("short_visit_rate", "Short visit rate", "rate", "Short visits / visits.", "none"),
        Measure(
            "cost", "Cost", "money", "The term's share, by clicks, of what each campaign cost on the day of its clicks."
        ),
        Measure("cost_per_visit", "Cost per visit", "money", "Cost / visits.", "none"),
        count("orders", "Orders", "Orders, each id once; without an id, an immediate reload once."),
        Measure("revenue", "Revenue", "money", "Sum of the orders' amounts."),
    ),
)

CAMPAIGNS = Report(
    "campaigns",
    "Campaigns",
    "What do campaigns cost and bring?",
    "Arrivals",
    (CAMPAIGN,),
    (
        count("clicks", "Clicks", "Visits that entered on the campaign."),
        Measure(
            "visits",
            "Visits",
            "count",
            "Clicks, and visits without a campaign of their own whose visitor came by this one within the window.",
            "overview:visits",
        ),
        VISITORS,
        Measure(
            "cost",
            "Cost",
            "money",
            "Fixed, per click, per day or imported; a label takes its share by clicks. Empty where none is known.",
        ),
        Measure("cost_per_visit", "Cost per visit", "money", "Cost / clicks.", "none"),
        ORDERS,
        CONVERSION,
        REVENUE,
        Measure("average_order", "Average order", "money", "Revenue / orders.", "none"),
        Measure("roas", "ROAS", "number", "Return on advertising spend: revenue / cost.", "none"),
        Measure("roi", "ROI", "rate", "Return on investment: (revenue - cost) / cost.", "none"),
        Measure("profit", "Profit", "money", "Revenue - cost. Empty where no cost is known."),
    ),
)

CLICK_QUALITY = Report(
    "click_quality",
    "Click quality",
    "Which paid clicks look wrong?",
    "Arrivals",
    (CAMPAIGN,),
    (
        count("clicks", "Clicks", "Visits that entered on the campaign."),
        Measure("visitors", "Visitors", "count", "Different visitors among the clicks.", "none"),
        Measure("repeat_rate", "Repeat rate", "rate", "1 - visitors / clicks.", "none"),
        Measure("short_visit_rate", "Short visit rate", "rate", "Short visits among the clicks / clicks.", "none"),
        Measure(
            "expected_short_rate", "Expected short rate", "rate", "Short visits / visits, of all other visits.", "none"
        ),
        Measure(
            "z",
            "z",
            "number",
            "One-proportion z: (short - expected) / sqrt(expected * (1 - expected) / clicks).",
            "none",
        ),
        Measure("suspect", "Suspect", "flag", "z above 3, and at least 30 clicks.", "none"),
    ),
)

ARRIVALS_REPORTS: tuple[Report, ...] = (SOURCES, REFERRERS, SEARCH, CAMPAIGNS, CLICK_QUALITY)
