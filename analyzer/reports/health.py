"""Whether the numbers can be trusted."""

from __future__ import annotations

from analyzer.reports.columns import Dimension, Report, count

HEALTH_REPORTS: tuple[Report, ...] = (
    Report(
        "audit",
        "Audit",
        "Where did every line go?",
        "Health",
        (Dimension("file", "File", "Path of the file below its location."),),
        (
            count("lines", "Lines", "Lines read; directives + hits + rejects."),
            count("directives", "Directives", "Lines about the log itself, and blank lines."),
            count("hits", "Hits", "Lines that are requests; the sum of the columns on the right."),
            count("rejects", "Rejects", "Lines that could not be read."),
            count("duplicates", "Duplicates", "Hits that another file has too."),
            count("excluded", "Excluded", "Hits that the settings exclude."),
            count("robots", "Robots", "Hits of known crawlers, empty agents, and who asks for /robots.txt."),
            count("static", "Static", "Hits on images, scripts, styles and the like."),
            count("downloads", "Downloads", "Hits on files of a download type."),
            count("exits", "Exit clicks", "Clicks on links to other sites."),
            count("page_views", "Page views", "Pages delivered to people."),
            count("other", "Other", "Errors, redirects, HEAD and so on."),
        ),
    ),
)
