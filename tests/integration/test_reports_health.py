"""The reports errors, robots and robot_pages, number by number, on a few hits made by hand."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

from analyzer.asked import asked_range
from analyzer.live import Question, answer
from console.report_answer import report_of
from tests.integration.handmade import START, Reports, hit, visit
from tests.oracle.sources import CRAWLERS, ROBOT, TRAINER

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MARKED = "marked, counted as visitors"
LABELS = [
    {"id": "saw_b", "match": {"saw_page": {"equals": "/b"}}},
    {"id": "short", "match": {"short": True}},
]


# --- Errors


def test_errors_are_what_people_ask_for_in_vain(tmp_path: Path) -> None:
    hits = [
        *visit("a", "/a"),
        hit("a", SECOND, "/gone", query="b=2", status=404, referrer="https://a.example/x"),
        hit("a", SECOND * 2, "/gone", query="b=3", status=404, referrer="https://a.example/x"),
        hit("a", SECOND * 3, "/gone", status=404),
        hit("b", SECOND, "/broken", status=500),
        hit("b", SECOND, "/gone.pdf", status=404),
        hit("b", SECOND, "/i.png", status=404),
        hit("b", SECOND, "/moved", status=301),
        hit("r", SECOND, "/gone", status=404, agent=ROBOT),
        hit("10.1.1.1", SECOND, "/gone", status=404),
    ]
    assert Reports(tmp_path, hits, exclude={"addresses": ["10.*.*.*"]}).rows("errors") == [
        (404, "/gone", "https://a.example/x", 2),
        (404, "/gone", None, 1),
        (404, "/gone.pdf", None, 1),
        (500, "/broken", None, 1),
    ]


def test_a_label_covers_errors_from_the_first_to_the_last_event_of_its_visits(tmp_path: Path) -> None:
    def gone(who: str, at: timedelta, path: str) -> dict[str, object]:
        return hit(who, at, path, status=404)

    hits = [
        *visit("a", "/a", "/b", at=MINUTE),
        hit("a", MINUTE * 5, "/f.pdf"),
        gone("a", MINUTE - SECOND, "/before"),
        gone("a", MINUTE, "/first"),
        gone("a", MINUTE * 3, "/within"),
        gone("a", MINUTE * 5, "/last"),
        gone("a", MINUTE * 5 + SECOND, "/after"),
        gone("b", MINUTE * 3, "/other"),
        *visit("a", "/c", at=MINUTE * 60),
        gone("a", MINUTE * 60, "/second"),
    ]
    found = Reports(tmp_path, hits, labels=LABELS)
    assert [row[1] for row in found.rows("errors", "saw_b")] == ["/first", "/last", "/within"]
    assert [row[1] for row in found.rows("errors", "short")] == ["/second"]
    assert len(found.rows("errors")) == 7


def test_a_hit_in_two_visits_of_a_label_counts_once(tmp_path: Path) -> None:
    # Another visit begins at the very time at which one ends.
    outside = {"referrer": "https://a.example/x"}
    hits = [
        *visit("a", "/b", "/b"),
        hit("a", MINUTE, "/b", **outside),
        hit("a", MINUTE, "/gone", status=404),
        hit("a", MINUTE * 2, "/c", **{"referrer": "https://b.example/"}),
    ]
    found = Reports(tmp_path, hits, labels=LABELS)
    assert found.rows("overview", "saw_b")[0][0] == 2
    assert found.rows("errors", "saw_b") == [(404, "/gone", None, 1)]


def test_an_earlier_visit_of_the_label_covers_what_a_later_visit_without_it_begins_with(tmp_path: Path) -> None:
    hits = [*visit("a", "/a", "/b"), hit("a", MINUTE, "/c", referrer="https://a.example/x")]
    hits.append(hit("a", MINUTE, "/gone", status=404))
    found = Reports(tmp_path, hits, labels=LABELS)
    assert found.rows("errors", "saw_b") == found.rows("errors", "short") == [(404, "/gone", None, 1)]


def test_an_error_stands_on_its_own_day(tmp_path: Path) -> None:
    late = timedelta(hours=13, minutes=59)
    hits = [*visit("a", "/b", "/b", "/b", at=late), hit("a", late + MINUTE, "/gone", status=404)]
    found = Reports(tmp_path, hits, labels=LABELS)
    assert found.rows("errors", "saw_b", "2026-03-02") == []
    assert found.rows("errors", "saw_b", "2026-03-03") == [(404, "/gone", None, 1)]


# --- Robots


def test_robots_are_named_by_their_agent_and_show_when_they_came(tmp_path: Path) -> None:
    hits = [
        hit("r", SECOND, "/a", agent=ROBOT),
        hit("r", DAY, "/i.png", agent=ROBOT, bytes=None),
        hit("r", DAY * 2, "/a", agent=ROBOT, status=404),
        hit("s", SECOND, "/a", agent=TRAINER, bytes=7),
        hit("n", SECOND, "/a", agent=None),
    ]
    found = Reports(tmp_path, hits)
    assert found.rows("robots")[0] == ("Googlebot", "search", 3, 2, START + SECOND, START + DAY * 2, 200)
    assert [row[:4] for row in found.rows("robots")] == [
        ("Googlebot", "search", 3, 2),
        ("(no agent)", "other", 1, 1),
        ("GPTBot", "ai_training", 1, 1),
    ]
    assert found.rows("robots", period="2026-03-03") == [("Googlebot", "search", 1, 1, START + DAY, START + DAY, None)]
    assert found.rows("robot_pages")[:2] == [
        ("/a", "Googlebot", 2, START + DAY * 2),
        ("/a", "(no agent)", 1, START + SECOND),
    ]


GOOGLEBOT, GPTBOT = ("Googlebot", "search"), ("GPTBot", "ai_training")


def test_the_course_of_robots_tells_days_and_of_many_months_these(tmp_path: Path) -> None:
    hits = [hit("r", DAY * at, "/a", agent=ROBOT) for at in (0, 0, 2, 40)]
    hits += [hit("s", DAY * 2, "/a", agent=TRAINER), *visit("a", "/a")]
    (tmp_path / "days").mkdir()
    found = Reports(tmp_path / "days", hits)
    assert found.rows("robots_course", period="2026-03") == [
        ("2026-03-02", *GOOGLEBOT, 2),
        ("2026-03-04", *GOOGLEBOT, 1),
        ("2026-03-04", *GPTBOT, 1),
    ]
    every_day = [("2026-03-02", *GOOGLEBOT, 2), ("2026-03-04", *GOOGLEBOT, 1), ("2026-04-11", *GOOGLEBOT, 1)]
    assert found.rows("robots_course", period="2026") == found.rows("robots_course")
    assert found.rows("robots_course") == [*every_day, ("2026-03-04", *GPTBOT, 1)]
    assert found.rows("robots_course", period="2026-03-02") == []
    (tmp_path / "months").mkdir()
    hits += [hit("r", DAY * 190, "/a", agent=ROBOT)]
    assert Reports(tmp_path / "months", hits).rows("robots_course") == [
        ("2026-03", *GOOGLEBOT, 3),
        ("2026-04", *GOOGLEBOT, 1),
        ("2026-09", *GOOGLEBOT, 1),
        ("2026-03", *GPTBOT, 1),
    ]


def test_the_course_of_robots_names_eight_and_puts_the_others_together(tmp_path: Path) -> None:
    agents = (ROBOT, TRAINER, *CRAWLERS)
    hits = [
        hit(agent, DAY * (at % 2), "/a", agent=agent)
        for number, agent in enumerate(agents)
        for at in range(len(agents) - number)
    ]
    course = Reports(tmp_path, hits).rows("robots_course")
    named = list(dict.fromkeys(robot for _, robot, _, _ in course))
    assert named[:3] == ["Googlebot", "GPTBot", "Bingbot"] and len(named) == 9
    assert course[-2:] == [("2026-03-02", None, None, 2), ("2026-03-03", None, None, 1)]


def test_what_is_asked_of_robots_has_its_course_too(tmp_path: Path) -> None:
    hits = [hit("r", DAY * at, "/a", agent=ROBOT) for at in (0, 1, 1, 5)]
    Reports(tmp_path, [*hits, *visit("a", "/a"), *visit("a", "/a", at=DAY * 9)])
    last = START.date() + DAY
    of_days, of_none, of_day = (
        report_of(answer(tmp_path / "out", Question("robots", asked_range(*days))), UTC)
        for days in ((START.date(), last), (last + DAY, last + DAY * 2), (last, last))
    )
    assert [*of_days.course] == [("2026-03-02", *GOOGLEBOT, 1), ("2026-03-03", *GOOGLEBOT, 2)]
    assert (*of_none.course, *of_day.course) == ()


def test_whoever_asks_for_robots_txt_is_a_robot_that_day(tmp_path: Path) -> None:
    hits = [*visit("a", "/a"), hit("a", MINUTE, "/robots.txt"), *visit("a", "/a", at=DAY)]
    found = Reports(tmp_path, hits)
    (row,) = found.rows("robots")
    assert row[:4] == ("(asked for robots.txt)", "unnamed", 2, 2)
    assert found.rows("overview")[0][0] == 1


HASTY = {"hasty_pages": 3, "pause_seconds": 1, "probed_paths": 2}
PROBING = [hit("p", MINUTE * n, path, status=404) for n, path in enumerate(("/x", "/y", "/z"))]
RUNNING = [hit("h", SECOND * n, f"/{n}") for n in range(3)]


def test_marked_visitors_are_shown_and_remain_visitors(tmp_path: Path) -> None:
    found = Reports(tmp_path, [*PROBING, *RUNNING, hit("p", MINUTE * 9, "/a")], robots=HASTY)
    assert [row[:4] for row in found.rows("robots")] == [("probing", MARKED, 4, 4), ("no pauses", MARKED, 3, 3)]
    assert found.rows("robot_pages") == []
    assert found.rows("overview")[0][0] == 2


def test_who_is_a_robot_already_is_not_marked_too(tmp_path: Path) -> None:
    found = Reports(tmp_path, [*RUNNING, hit("h", MINUTE, "/robots.txt")], robots=HASTY)
    assert [row[:3] for row in found.rows("robots")] == [("(asked for robots.txt)", "unnamed", 4)]


def test_robots_by_behaviour_are_named_by_the_rule_where_they_are_left_out(tmp_path: Path) -> None:
    chosen = {**HASTY, "by_behaviour": "exclude"}
    found = Reports(tmp_path, [*PROBING, *RUNNING, hit("h", MINUTE, "/i.png"), *visit("a", "/a")], robots=chosen)
    assert [row[:3] for row in found.rows("robots")] == [("no pauses", "behaviour", 4), ("probing", "behaviour", 3)]
    assert found.rows("overview")[0][0] == 1
    assert len(found.rows("robot_pages")) == 7


def test_a_robot_that_gives_no_name_has_none(tmp_path: Path) -> None:
    # `bot` says that it is one, and nothing else; `-` is how logs write no agent.
    hits = [hit("a", SECOND, "/a", agent="bot"), hit("b", SECOND, "/a", agent="-"), hit("c", SECOND, "/b", agent=None)]
    found = Reports(tmp_path, hits, named={"bot": (None, "other"), "-": (None, "other")})
    assert [row[:4] for row in found.rows("robots")] == [("(no agent)", "other", 2, 2), ("(unnamed)", "other", 1, 1)]
