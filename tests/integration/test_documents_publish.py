"""Documents are made for the periods asked for, beside their pages, and only where something of them changed."""

from __future__ import annotations

import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from reporter import editions, period_folder
from reporter.chunks import shared_out
from reporter.model import Analysis
from reporter.period_folder import Task
from reporter.retention import Kept
from shared.errors import Transient
from tests.analysis_folder import change_description, days_from, write_analysis
from tests.integration.test_publish import FIRST, files, go, manifest
from tests.integration.test_publish_workers import Watch, leftovers, workers_of

DOCUMENTS = ("reports.pdf", "reports.xlsx")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(FIRST, 10))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def documents(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out / "shop")) for path in (out / "shop").glob("*/reports.*"))


def few(folder: Path, out: Path, **more: Any) -> Any:
    return go(folder, out, **{"periods": ("week", "month"), **more})


def test_documents_are_made_for_the_periods_asked_for_and_no_others(folder: Path, out: Path) -> None:
    assert few(folder, out).written == ("2026-W08", "2026-W09", "2026-02")
    assert documents(out) == []
    assert few(folder, out, documents=("month",)).written == ("2026-02",)
    assert documents(out) == ["2026-02/reports.pdf", "2026-02/reports.xlsx"]
    assert set(DOCUMENTS) < set(manifest(out, "2026-02")["files"])
    assert (
        openpyxl.load_workbook(out / "shop" / "2026-02" / "reports.xlsx")["About"]["A1"].value
        == "Fruit shop, February 2026"
    )
    assert "February 2026" in PdfReader(out / "shop" / "2026-02" / "reports.pdf").pages[0].extract_text()
    assert leftovers(out) == []


def test_what_is_as_it_was_is_not_rendered_again_and_what_is_asked_for_no_more_goes(
    folder: Path, tmp_path: Path, out: Path
) -> None:
    plain = tmp_path / "plain"
    few(folder, plain)
    few(folder, out, documents=("month",))
    before = files(out)
    for path in write_analysis(tmp_path / "same", days_from(FIRST, 10)).glob("*.parquet"):
        if path.stem not in period_folder.COMPARED:  # the data set's own page shows these
            path.write_bytes(b"not Parquet")
    assert few(tmp_path / "same", out, documents=("month",)).written == ()
    assert files(out) == before
    assert few(folder, out, documents=()).written == ("2026-02",)
    assert documents(out) == [] and files(out) == files(plain)


def test_documents_that_are_missing_are_made_again(folder: Path, out: Path) -> None:
    few(folder, out, documents=("month",))
    before = files(out)
    (out / "shop" / "2026-02" / "reports.pdf").unlink()
    assert few(folder, out, documents=("month",)).written == ("2026-02",)
    assert files(out) == before


def test_what_they_were_made_from_is_part_of_them(tmp_path: Path, out: Path) -> None:
    """Pages do not say which files there were; documents do."""
    one = write_analysis(tmp_path / "one", days_from(FIRST, 10))
    few(one, out, documents=("week",))
    change_description(one, settings_digest="another")
    summary = few(one, out, documents=("week",))
    assert set(summary.written) == {"2026-W08", "2026-W09", "2026-02"}
    about = openpyxl.load_workbook(out / "shop" / "2026-W08" / "reports.xlsx")["About"]
    assert "another" in [row[1].value for row in about.iter_rows()]
    pages = {one.name: one.read_bytes() for one in (out / "shop" / "2026-02").glob("*.html")}
    few(tmp_path / "one", tmp_path / "new", documents=("week",))
    assert pages == {one.name: one.read_bytes() for one in (tmp_path / "new" / "shop" / "2026-02").glob("*.html")}


def test_another_program_that_makes_documents_makes_them_anew_and_nothing_else(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(folder, out, documents=("month",))
    keys = {one: manifest(out, one)["rendered_from"] for one in ("2026-W08", "2026-02")}
    monkeypatch.setattr(editions, "DOCUMENTS", "another")
    assert few(folder, out, documents=("month",)).written == (), "rendered, but it came out the same"
    assert manifest(out, "2026-W08")["rendered_from"] == keys["2026-W08"]
    assert manifest(out, "2026-02")["rendered_from"] != keys["2026-02"]


def test_frozen_periods_keep_their_documents(folder: Path, out: Path) -> None:
    few(folder, out, documents=("week",))
    before = (out / "shop" / "2026-W08" / "reports.xlsx").read_bytes()
    few(folder, out, kept=Kept(hits_from=FIRST), documents=())
    assert documents(out) == ["2026-W08/reports.pdf", "2026-W08/reports.xlsx"]
    assert (out / "shop" / "2026-W08" / "reports.xlsx").read_bytes() == before


def test_a_process_of_its_own_renders_documents_so_that_this_one_stays_alive(
    folder: Path, out: Path, tmp_path: Path
) -> None:
    watch = Watch()
    summary = few(folder, out, periods=("month",), documents=("month",), keep_alive=watch)
    assert summary.written == ("2026-02",)
    assert len(watch.seen) == 1 and workers_of(os.getpid()) == []
    few(folder, tmp_path / "two", documents=("month", "week"), workers=2)
    few(folder, tmp_path / "one", documents=("month", "week"), workers=1)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_one_that_is_killed_leaves_nothing_half(folder: Path, out: Path) -> None:
    few(folder, out)
    before = files(out)
    with pytest.raises(Transient, match="by signal 9"):
        few(folder, out, documents=("month",), keep_alive=Watch(lambda worker: os.kill(worker, signal.SIGKILL)))
    assert files(out) == before and leftovers(out) == []
    assert few(folder, out, documents=("month",)).written == ("2026-02",)


def test_periods_with_documents_are_a_piece_of_work_each(folder: Path) -> None:
    analysis = Analysis(folder)
    periods = list(analysis.periods())
    from reporter.assets import Assets

    made = editions.editions(
        analysis,
        periods,
        periods,
        Assets("style.css", "page.js", "vega.js", "world.js", "overlay.css", "overlay.js"),
        ("month", "all"),
    )
    tasks = [Task(one, None) for one in made]
    chunks, workers = shared_out(analysis, tasks, 2)
    assert workers == 2
    slow = [chunk for chunk in chunks if any(one.edition.documents for one in chunk)]
    assert [[one.edition.period.kind for one in chunk] for chunk in slow] == [["month"], ["all"]] == [
        [one.edition.period.kind for one in chunk] for chunk in chunks[:2]
    ]  # fmt: skip


def test_numbers_are_the_same_in_every_file(folder: Path, out: Path) -> None:
    few(folder, out, documents=("month",))
    place = out / "shop" / "2026-02"
    said = json.loads((place / "entries.json").read_text())
    sheet = openpyxl.load_workbook(io.BytesIO((place / "reports.xlsx").read_bytes()))["Entry pages"]
    assert sheet["B4"].value == said["totals"]["all"]["visits"]
    text = " ".join(page.extract_text() for page in PdfReader(place / "reports.pdf").pages)
    assert f"{said['totals']['all']['visits']:,}" in text
    lines = (place / "entries.csv").read_text().splitlines()
    assert len(lines) == 1 + sum(len(row) - 1 for row in said["rows"])
