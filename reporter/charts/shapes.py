"""Which report is drawn as what. No question is asked that its report's table does not answer."""

from __future__ import annotations

from dataclasses import dataclass

from reporter.course import QUESTION


@dataclass(frozen=True)
class Bars:
    """Bars of a measure, a thing for each different text of the dimensions ``by``; ``kind`` is one to choose by."""

    question: str
    by: tuple[str, ...]
    measure: str
    axis: str
    joined: str = " "
    kind: str = ""


BARS = {
    "sources": Bars("Which channels bring most visits?", ("channel",), "visits", "Visits"),
    "referrers": Bars("Which sites bring most visits?", ("domain",), "visits", "Visits"),
    "search": Bars("Which search engines bring most visits?", ("engine",), "visits", "Visits"),
    "pages": Bars("Which pages are viewed most?", ("page",), "views", "Page views"),
    "entries": Bars("On which pages do most visits begin?", ("page",), "visits", "Visits"),
    "exits": Bars("On which pages do most visits end?", ("page",), "visits", "Visits"),
    "downloads": Bars("Which files are downloaded most?", ("file",), "downloads", "Downloads"),
    "exit_links": Bars("Which links are followed most?", ("url",), "clicks", "Clicks"),
    "custom": Bars("Which values are most frequent?", ("variable", "value"), "visits", "Visits", " = "),
    "technology": Bars("What do most visits come with?", ("name",), "visits", "Visits", kind="kind"),
    "screens": Bars("Which screens are most frequent?", ("screen",), "visits", "Visits"),
    "errors": Bars("What is asked for in vain most often?", ("status", "path"), "hits", "Hits"),
    "robot_pages": Bars("Which pages do robots ask for most?", ("page",), "hits", "Hits"),
    "overview": Bars("How many visits does each label have?", (), "visits", "Visits"),
    "audit": Bars("Where did most lines go?", (), "lines", "Lines"),
}
BULLETS = "Short visits of all clicks; the stroke is what other visits let expect"
COURSES = {"day": "Hits a day", "month": "Hits a month"}
SCALES = ("Each robot its own", "One for all")
TRENDS = {
    "hour": "Visits an hour",
    "day": "Visits a day",
    "week": "Visits a day, mean of each week",
    "month": "Visits a day, mean of each month",
}
QUESTIONS = {
    "trend": "How did visits develop?",
    "hours": "At which hours of the week do visitors come?",
    "countries": "Where in the world are visitors?",
    "paths": "How do visitors come to a page, and where do they go from it?",
    "funnel": "How many visits go on at each step, and where do the others go?",
    "campaigns": "Do campaigns bring in what they cost?",
    "click_quality": "Which campaigns' clicks leave at once more often than others?",
    "changes": "What rose and what fell most, by more than chance?",
    "labels": "How much of each label is also of another?",
    "robots": QUESTION,
    "robots-most": "Which robots came most often?",
}
