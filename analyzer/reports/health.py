"""Whether the numbers can be trusted."""

from __future__ import annotations

from analyzer.reports.columns import PAGE, Dimension, Measure, Report, count

ROBOT = Dimension(
    "robot",
    "Robot",
    "Name by its agent; (no agent), (asked for robots.txt), or the rule of behaviour where that gave it away.",
)
ERRORS = Report(
    "errors",
    "Errors",
    "What do people ask for in vain, and which links lead there?",
    "Health",
    (
        Dimension("status", "Status", "Status of the answer, 400 or more."),
        Dimension("path", "Path", "Path asked for, without parameters."),
        Dimension("referrer", "Referrer", "As the browser sent it; empty without one."),
    ),
    (count("hits", "Hits", "Such requests of people; of a label, those during its visits."),),
)
ROBOTS = Report(
    "robots",
    "Robots",
    "Which robots come, what for, how often and when last?",
    "Health",
    (
        ROBOT,
        Dimension(
            "purpose",
            "Purpose",
            "What it comes for: search, ai_training and so on; unnamed or behaviour where no agent tells.",
        ),
    ),
    (
        count("hits", "Hits", "Requests, those for static files included."),
        Measure("pages", "Pages", "count", "Different pages and files asked for.", "none"),
        Measure("first_seen", "First seen", "timestamp", "First request in the period.", "none"),
        Measure("last_seen", "Last seen", "timestamp", "Last request in the period.", "none"),
        count("bytes", "Bytes", "Bytes sent, as far as the log tells; empty where it tells of none."),
    ),
)
ROBOT_PAGES = Report(
    "robot_pages",
    "Pages by robot",
    "Which pages do robots ask for, how often and when last?",
    "Health",
    (PAGE, ROBOT),
    (
        count("hits", "Hits", "Requests of the robot for the page."),
        Measure("last_seen", "Last seen", "timestamp", "Last of these requests in the period.", "none"),
    ),
)
HEALTH_REPORTS: tuple[Report, ...] = (
    ERRORS,
    ROBOTS,
    ROBOT_PAGES,
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
