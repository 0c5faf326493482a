"""The reports hours, countries, technology and screens, number by number, on a few visits made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs, Source
from shared.dataset_settings import DatasetSettings
from shared.site import Site
from tests.integration.analysed import report_rows
from tests.oracle.sources import PHONE, STRANGE, WINDOWS, write_source

SATURDAY = datetime(2026, 2, 28)
ANNA = {"address": "85.214.1.1", "agent": WINDOWS}
BOB = {"address": "8.8.8.8", "agent": PHONE}
CARL = {"address": "192.0.2.1", "agent": STRANGE}
NOTHING = Decimal("0.00")


def hit(person: dict[str, Any], day: int, hour: int, second: int = 0, **more: Any) -> dict[str, Any]:
    told = {"method": "GET", "host": "www.fruit.test", "path": "/", "status": 200, "bytes": 1}
    return {"ts": SATURDAY + timedelta(days=day, hours=hour, seconds=second), **told, **person, **more}


HITS = [
    # anna on Saturday and, twice, on Sunday; she buys, and the last visit goes on past midnight.
    hit(ANNA, 0, 8, screen="800x600", order_total="7.50", order_id="F1"),
    hit(ANNA, 0, 8, 60, screen="1920x1080"),
    hit(ANNA, 1, 8, screen=""),
    hit(ANNA, 1, 23, 3590, screen="1920x1080"),
    hit(ANNA, 1, 24, 5),
    hit(ANNA, 1, 24, 9),
    hit(BOB, 1, 8),
    hit(CARL, 2, 8, screen="800x600"),
]
LABELS = [{"id": "anna", "match": {"country": {"equals": "DE"}}}, {"id": "nobody", "match": {"any": []}}]


def analysis(folder: Path, source: Source, **settings: Any) -> Path:
    out = folder / "out"
    out.mkdir()
    chosen = DatasetSettings.model_validate({"dataset": {"hosts": ["www.fruit.test"]}, "labels": LABELS, **settings})
    inputs = AnalysisInputs("d", "d", chosen, Site(), (source,), "tests", chosen.digest())
    analyze(inputs, out, memory_limit_mb=512, threads=2, temp_dir=folder)
    return out


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("visitors")
    return analysis(folder, source_in(folder, HITS))


def source_in(folder: Path, hits: list[dict[str, Any]]) -> Source:
    return write_source(folder / "parsed", [{**one, "line": line} for line, one in enumerate(hits, start=1)])


def rows(out: Path, report: str, period: str, label: str = "all") -> list[tuple[Any, ...]]:
    found = report_rows(out, report)
    return [tuple(row.values())[2:] for row in found if (row["period"], row["label"]) == (period, label)]


def test_hours_are_of_the_week_and_a_visits_last_hour_takes_what_is_past_midnight(out: Path) -> None:
    assert rows(out, "hours", "all") == [(1, 8, 1, 1), (6, 8, 1, 2), (7, 8, 2, 2), (7, 23, 1, 3)]
    assert rows(out, "hours", "2026-W09", "anna") == [(6, 8, 1, 2), (7, 8, 1, 1), (7, 23, 1, 3)]
    assert rows(out, "hours", "2026-03-02") == [(1, 8, 1, 1)]
    assert rows(out, "hours", "all", "nobody") == []


def test_hours_are_those_of_the_data_sets_zone(tmp_path: Path) -> None:
    hits = [hit(BOB, 28, hour) for hour in (0, 1)]  # Berlin's clocks go from 2 to 3
    out = analysis(tmp_path, source_in(tmp_path, hits), dataset={"timezone": "Europe/Berlin"})
    assert rows(out, "hours", "all") == [(6, 1, 1, 1), (6, 2, 1, 1)]


def test_countries_have_visitors_once_however_often_they_come(out: Path) -> None:
    anna, bob, carl = ("DE", 3, 1, 1, Decimal("7.50")), ("US", 1, 1, 0, NOTHING), ("(unknown)", 1, 1, 0, NOTHING)
    assert rows(out, "countries", "all") == [anna, carl, bob]
    assert rows(out, "countries", "2026-03-01") == [("DE", 2, 1, 0, NOTHING), bob]
    assert rows(out, "countries", "all", "anna") == [anna]


def test_technology_has_each_visit_once_in_each_kind(out: Path) -> None:
    assert rows(out, "technology", "all") == [
        ("browser", "Chrome", "120.0.0", 3, 0.6),
        ("browser", "Mobile Safari", "17.1", 1, 0.2),
        ("browser", "Other", None, 1, 0.2),
        ("os", "Windows", "10", 3, 0.6),
        ("os", "Other", None, 1, 0.2),
        ("os", "iOS", "17.1", 1, 0.2),
        ("device", "desktop", None, 3, 0.6),
        ("device", "mobile", None, 1, 0.2),
        ("device", "other", None, 1, 0.2),
    ]
    assert rows(out, "technology", "2026-02", "anna") == [
        ("browser", "Chrome", "120.0.0", 1, 1.0),
        ("os", "Windows", "10", 1, 1.0),
        ("device", "desktop", None, 1, 1.0),
    ]


def test_screens_are_the_first_that_a_visit_tells(out: Path) -> None:
    assert rows(out, "screens", "all") == [("800x600", 2), ("1920x1080", 1)]
    assert rows(out, "screens", "2026-03-01") == [("1920x1080", 1)]


def test_what_no_side_table_tells_is_unknown(tmp_path: Path) -> None:
    source = source_in(tmp_path, HITS)
    (source.folder / "addresses-00000.parquet").unlink()
    told = {"agent": pa.array([WINDOWS, PHONE]), "robot": pa.array([False, False])}
    pq.write_table(pa.table(told), source.folder / "agents-00000.parquet")
    strange = [pq.read_table(source.folder / "agents-00000.parquet"), pa.table({"agent": [STRANGE], "robot": [False]})]
    pq.write_table(pa.concat_tables(strange), source.folder / "agents-00000.parquet")
    out = analysis(tmp_path, source)
    assert [row[:3] for row in rows(out, "countries", "all")] == [("(unknown)", 5, 3)]
    assert rows(out, "technology", "all") == [(kind, "(unknown)", None, 5, 1.0) for kind in ("browser", "os", "device")]


def test_side_tables_that_differ_are_read_alike_in_any_order(tmp_path: Path) -> None:
    found = []
    for number, countries in enumerate((("DE", "FR"), ("FR", "DE"), (None, "DE"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = source_in(folder, HITS[:1])
        for part, country in enumerate(countries):
            told = {"address": ["85.214.1.1"], "country": pa.array([country], pa.string())}
            pq.write_table(pa.table(told), source.folder / f"addresses-{part:05}.parquet")
        found.append([row[0] for row in rows(analysis(folder, source), "countries", "all")])
    assert found == [["DE"], ["DE"], ["DE"]]
