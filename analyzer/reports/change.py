"""What is different: between periods, between labels."""

from __future__ import annotations

from analyzer.reports.columns import Dimension, Measure, Report

CHANGES = Report(
    "changes",
    "What changed",
    "What rose or fell against the days before, by more than chance?",
    "Change",
    (
        Dimension(
            "dimension",
            "Kind",
            "campaign, country, entry (page), error (status and path), page, referrer (site), robot or term (search).",
        ),
        Dimension("item", "Item", "The campaign, page, site or other that rose or fell."),
    ),
    (
        Measure(
            "before",
            "Before",
            "count",
            "Visits with the item in as many days just before the period; of robots and errors, hits.",
            "none",
        ),
        Measure("after", "After", "count", "Visits with the item in the period; of robots and errors, hits.", "none"),
        Measure("share_before", "Share before", "rate", "Before / all visits (hits) of those days.", "none"),
        Measure("share_after", "Share after", "rate", "After / all visits (hits) of the period.", "none"),
        Measure("change", "Change", "points", "Share after - share before, in percentage points (pp).", "none"),
        Measure(
            "z",
            "z",
            "number",
            "Change / its standard error if nothing had changed: two proportions, variance pooled.",
            "none",
        ),
        Measure("p", "p", "probability", "How likely chance alone moves a share that far, either way.", "none"),
        Measure(
            "held",
            "Held",
            "flag",
            "Whether it is more than chance: Benjamini-Hochberg at 0.05 over the label's items of the kind.",
            "none",
        ),
    ),
)
LABELS = Report(
    "labels",
    "Labels",
    "How do labels overlap?",
    "Change",
    (Dimension("other", "Other label", "Id of a label."),),
    (
        Measure("visits", "Visits", "count", "Visits that carry both labels.", "none"),
        Measure("share", "Share", "rate", "Visits / all visits of the row's label.", "none"),
    ),
)
CHANGE_REPORTS: tuple[Report, ...] = (CHANGES, LABELS)
