"""The reports' ids and columns (DOMAIN.md section 6), as far as settings name them.

A label's id stands beside the columns in each row of the JSON, so it may not be one of them. The reports themselves are
the analyzer's, which this package does not know; a test holds the two tables together.
"""

from __future__ import annotations

_COLUMNS = {
    "overview": "visits visitors page_views pages_per_visit seconds_per_visit short_visits short_visit_rate new_visits "
    "returning_visits downloads exit_clicks orders revenue conversion_rate",
    "trend": "date visits visitors page_views short_visits orders revenue",
    "hours": "weekday hour visits page_views",
    "pages": "page views visits entries exits exit_rate short_entries seconds_on_page",
    "entries": "page visits short_visits short_visit_rate orders revenue",
    "exits": "page visits exit_rate",
    "paths": "page direction other clicks share",
    "sources": "channel visits visitors short_visit_rate orders revenue conversion_rate",
    "referrers": "domain url visits short_visit_rate orders revenue",
    "search": "engine term visits share_of_engine short_visit_rate cost cost_per_visit orders revenue",
    "campaigns": "campaign clicks visits visitors cost cost_per_visit orders conversion_rate revenue average_order "
    "roas roi profit",
    "funnel": "funnel stage group visits progressed progression",
    "changes": "dimension item before after share_before share_after change z p held",
    "labels": "other visits share",
    "countries": "country visits visitors orders revenue",
    "technology": "kind name version visits share",
    "screens": "screen visits",
    "custom": "variable value visits orders revenue",
    "downloads": "file downloads visits",
    "exit_links": "url clicks visits",
    "errors": "status path referrer hits",
    "robots": "robot purpose hits pages first_seen last_seen bytes",
    "robot_pages": "page robot hits last_seen",
    "click_quality": "campaign clicks visitors repeat_rate short_visit_rate expected_short_rate z suspect",
    "audit": "file lines directives hits rejects duplicates excluded robots static downloads exits page_views other",
}
REPORTS: dict[str, tuple[str, ...]] = {report: tuple(columns.split()) for report, columns in _COLUMNS.items()}
"""Report to its columns, both in published order."""
RESERVED_LABELS = frozenset({"all"}.union(*REPORTS.values()))
