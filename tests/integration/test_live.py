"""Live answers: those of published periods are what was published, and any other range is what the oracle says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analyzer.analysis import analyze
from analyzer.asked import asked_period, asked_range
from analyzer.inputs import AnalysisInputs
from analyzer.live import Answer, Question, answer
from analyzer.periods import Period
from analyzer.reports import COURSES, EXITS, REPORTS
from shared.dataset_settings import Label
from shared.errors import Rejected
from tests.examples import examples
from tests.integration.analysed import report_rows
from tests.integration.test_analysis_oracle import build
from tests.integration.test_labels import CASES, EVERYBODY, VISITS, inputs_of, source_in
from tests.oracle import labels as oracle_labels
from tests.oracle.generator import cases
from tests.oracle.numbers import Oracle
from tests.oracle.reports import COURSES as ORACLE_COURSES
from tests.oracle.reports import EXITS as ORACLE_EXITS
from tests.oracle.reports import FUNCTIONS

HURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large]


def analysed(root: Path, inputs: AnalysisInputs) -> Path:
    out = root / "out"
    out.mkdir()
    analyze(inputs, out, memory_limit_mb=512, threads=2, temp_dir=root)
    return out


def published(out: Path, report: str, period: str) -> list[tuple[Any, ...]]:
    """As an answer has them: without the period, and of a course either days or hours."""
    table = report_rows(out, report)
    rows = [row for row in table if row.pop("period") == period]
    if report == "trend":
        for row in rows:
            del row["date" if len(period) == 10 else "hour"]
    return [tuple(row.values()) for row in rows]


def ask(out: Path, report: str, asked: Period, label: Label | None = None) -> Answer:
    return answer(out, Question(report, asked, label), memory_limit_mb=512)


@settings(max_examples=examples(2), deadline=None, suppress_health_check=HURRIED, phases=[Phase.generate])
@given(cases(), st.randoms(use_true_random=False))
def test_a_published_period_is_answered_with_what_was_published(case: dict[str, Any], chance: Any) -> None:
    with TemporaryDirectory() as name:
        root = Path(name)
        inputs, oracle = build(case, root)
        out = analysed(root, inputs)
        periods = list(oracle.periods())
        whole = ask(out, "overview", asked_range(date(2000, 1, 1), date(2000, 1, 2)))
        assert all(row[1] == 0 for row in whole.rows)
        every_day = sorted(day for day in oracle.periods()["all"] if day.year > 1)
        everything = Period("all", "all", every_day[0], every_day[-1])
        for period in {*chance.sample(periods, min(2, len(periods))), "all"}:
            asked = asked_period(period, everything)
            for report in REPORTS:
                found = ask(out, report.id, asked)
                expected = published(out, report.id, period)
                assert found.rows == expected, (report.id, period)
                if report.id in COURSES:
                    assert found.course == [row[1:] for row in published(out, COURSES[report.id], period)], period
                assert found.exits == published(out, EXITS.get(report.id, "none"), period), (report.id, period)


@settings(max_examples=examples(4), deadline=None, suppress_health_check=HURRIED, phases=[Phase.generate])
@given(cases(), st.integers(0, 40), st.integers(1, 40))
def test_any_other_range_is_answered_as_the_oracle_counts(case: dict[str, Any], start: int, length: int) -> None:
    with TemporaryDirectory() as name:
        root = Path(name)
        inputs, oracle = build(case, root)
        out = analysed(root, inputs)
        days = sorted(day for day in oracle.periods()["all"] if day.year > 1)
        first = date.fromordinal(
            days[0].toordinal() + start % (days[-1] - days[0]).days if len(days) > 1 else days[0].toordinal()
        )
        last = date.fromordinal(first.toordinal() + length)
        for report in ("overview", "pages", "sources", "referrers", "paths", "errors", "robots", "audit", "funnel"):
            expected, found = expected_rows(oracle, report, first, last), ask(out, report, asked_range(first, last))
            assert found.rows == expected, (report, first, last)
            assert found.exits == expected_exits(oracle, report, first, last), (report, first, last)


@settings(max_examples=3, deadline=None, suppress_health_check=HURRIED, phases=[Phase.generate])
@given(cases(), st.randoms(use_true_random=False))
def test_many_months_and_a_label_asked_now_are_answered_as_the_oracle_counts(case: dict[str, Any], chance: Any) -> None:
    """What is known is summed of months and of days beside them; the label is counted for itself."""
    case = {**case, "spread_s": 1_500_000, "labels": independent(case["labels"])}
    asked = Label.model_validate(case["labels"][-1])
    with TemporaryDirectory() as name:
        inputs, oracle = build(case, Path(name))
        known = inputs.settings.model_copy(update={"labels": inputs.settings.labels[:-1]})
        out = analysed(Path(name), replace(inputs, settings=known))
        days = sorted(day for day in oracle.periods()["all"] if day.year > 1)
        first = date.fromordinal(days[0].toordinal() + chance.randrange(-3, 40))
        last = date.fromordinal(first.toordinal() + chance.choice((62, 90, 150, 400)))
        for report in FUNCTIONS:
            expected = expected_rows(oracle, report, first, last)
            found = ask(out, report, asked_range(first, last), asked)
            assert found.rows == expected, (report, first, last)
            if report in COURSES:
                course = ORACLE_COURSES[COURSES[report]](oracle, found.asked.id, days_of(oracle, first, last), "all")
                assert found.course == course, (first, last)
            assert found.exits == expected_exits(oracle, report, first, last), (report, first, last)


def independent(labels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some of these labels; no other refers to the last one, which stands in every report."""
    last = next((one for one in reversed(labels) if repr({"label": one["id"]}) not in repr(labels)), None)
    last = last or {"id": "asked", "match": {"page_views": {"min": 2}}}
    others = [one for one in labels if one["id"] != last["id"]]
    return [*others, {name: value for name, value in last.items() if name != "hide_in"}]


def days_of(oracle: Oracle, first: date, last: date) -> set[date]:
    return {day for day in oracle.periods()["all"] if first <= day <= last}


def expected_rows(oracle: Oracle, report: str, first: date, last: date) -> list[tuple[Any, ...]]:
    asked = asked_range(first, last)
    days = days_of(oracle, first, last)
    oracle.calendar[asked.id] = [day for day in oracle.calendar["all"] if first <= day <= last]
    rows = [
        (label, *row)
        for label in oracle_labels.shown_in(oracle, report)
        for row in FUNCTIONS[report](oracle, asked.id, days, label)
    ]
    # The oracle tells a day and an hour of a course; of more than a day there is no hour.
    return [(*row[:2], *row[3:]) for row in rows] if report == "trend" and first < last else rows


def expected_exits(oracle: Oracle, report: str, first: date, last: date) -> list[tuple[Any, ...]]:
    """Where visits went that did not go on, of the labels that the report shows; of most reports nothing."""
    labels = oracle_labels.shown_in(oracle, report) if report in EXITS else []
    rows = ORACLE_EXITS.get(EXITS.get(report, ""))
    return [(one, *row) for one in labels for row in rows(oracle, "", days_of(oracle, first, last), one)]


@pytest.fixture(scope="module")
def few_visits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The visits that labels are tested on, analysed without one of these labels."""
    folder = tmp_path_factory.mktemp("live")
    first = {"id": "first", "match": {"cookie": {"name": "member"}}}
    return analysed(folder, inputs_of(source_in(folder), labels=[first]))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[str(match) for match, _ in CASES])
def test_each_criterion_can_be_asked_now(few_visits: Path, number: int) -> None:
    match, expected = CASES[number]
    everything = asked_range(min(VISITS).date(), max(VISITS).date())
    opposite = [(True, EVERYBODY - expected)] if number % 8 == 0 else []
    for inverse, people in ((False, expected), *opposite):
        label = Label.model_validate({"id": "asked", "match": match, "inverse": inverse})
        found = ask(few_visits, "trend", everything, label)
        by_day = {row[1]: row[2] for row in found.rows if row[0] == "asked"}
        for day in {visit.date() for visit in VISITS}:
            assert by_day[day] == sum(visit.date() == day and who in people for visit, who in VISITS.items())


def test_a_label_asked_now_counts_as_one_of_the_settings(tmp_path: Path) -> None:
    match = {"any": [{"channel": {"equals": "direct"}}, {"label": "first"}]}
    first = {"id": "first", "match": {"short": False}}
    source = source_in(tmp_path)
    roots = [tmp_path / "with", tmp_path / "without"]
    for root in roots:
        root.mkdir()
    both = analysed(roots[0], inputs_of(source, labels=[first, {"id": "asked", "match": match}]))
    one = analysed(roots[1], inputs_of(source, labels=[first]))
    label = Label.model_validate({"id": "asked", "match": match})
    everything = asked_range(min(VISITS).date(), max(VISITS).date())
    for period in (Period("all", "all", everything.first, everything.last), asked_period(str(everything.first))):
        for report in REPORTS:
            assert ask(one, report.id, period, label).rows == published(both, report.id, period.id), report.id


@pytest.mark.parametrize("number", [2, 70, 124])
def test_visitors_of_a_range_are_counted_for_any_number_of_labels(tmp_path: Path, number: int) -> None:
    labels = [{"id": f"l{one}", "match": {"short": one % 2 == 0}} for one in range(number)]
    out = analysed(tmp_path, inputs_of(source_in(tmp_path), labels=labels))
    found = ask(out, "overview", asked_range(min(VISITS).date(), max(VISITS).date()))
    visitors = {row[0]: row[2] for row in found.rows}
    assert visitors["all"] == len(EVERYBODY) - 1  # one comes twice
    assert visitors["l0"] > 0 and visitors["l1"] > 0
    for one in range(number):
        assert visitors[f"l{one}"] == visitors[f"l{one % 2}"]
    other = ask(out, "sources", asked_range(min(VISITS).date(), max(VISITS).date()))
    assert {row[0] for row in other.rows} == set(visitors)


def test_what_cannot_be_asked_is_told_in_words(few_visits: Path) -> None:
    day = asked_range(date(2026, 3, 1), date(2026, 3, 1))

    def label(identity: str, match: dict[str, Any]) -> Label:
        return Label.model_validate({"id": identity, "match": match})

    with pytest.raises(Rejected, match=r"no report 'nonsense'.*overview"):
        ask(few_visits, "nonsense", day)
    with pytest.raises(Rejected, match="no label 'nobody'; there are all, first"):
        ask(few_visits, "overview", day, label("asked", {"label": "nobody"}))
    for taken in ("first", "visits"):
        with pytest.raises(Rejected, match=r"Give it another id\."):
            ask(few_visits, "overview", day, label(taken, {"short": True}))


def test_days_without_anything_have_an_overview_of_nothing(few_visits: Path) -> None:
    found = ask(few_visits, "overview", asked_range(date(2020, 1, 1), date(2020, 12, 31)))
    assert [row[:3] for row in found.rows] == [("all", 0, 0), ("first", 0, 0)]
    assert ask(few_visits, "pages", asked_range(date(2020, 1, 1), date(2020, 12, 31))).rows == []
