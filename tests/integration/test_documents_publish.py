"""Documents of published periods: made where they are asked for, after the pages, and only where something changed."""

from __future__ import annotations

import io
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from reporter import editions, period_folder
from reporter.documents_stage import PERIOD, Order, Published, make
from reporter.model import Analysis
from reporter.older import ASIDE, made_of, older_of, put_aside
from reporter.publish import PublishSummary
from reporter.retention import ALL, Kept
from reporter.swap import put_in_place
from tests.analysis_folder import FEW, change_description, days_from, write_analysis
from tests.integration.test_publish import FIRST, NOW, files, go, manifest
from tests.integration.test_publish_workers import leftovers

AS_OF = "1 June 2026, 12:00"
DOCUMENTS = ("reports.pdf", "reports.xlsx")
KINDS = ("week", "month")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(FIRST, 10), filled=FEW)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def documents(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out / "shop")) for path in (out / "shop").glob("*/reports.*"))


def few(folder: Path, out: Path, **more: Any) -> PublishSummary:
    return go(folder, out, **{"periods": KINDS, **more})


def whole(folder: Path, out: Path, kinds: tuple[str, ...] = ("month",), **more: Any) -> PublishSummary:
    """Published, and then the documents that are due made, here."""
    summary = few(folder, out, documents=kinds, **more)
    published = Published(out / "shop", folder, KINDS, kinds, more.get("kept", ALL), NOW, more.get("pdf_rows"))
    for period in summary.documents_due:
        into = out.parent / f"made-{period}"
        into.mkdir()
        assert make(Order(published, period, into, NOW)) == ""
        put_in_place(into / PERIOD, out / "shop" / period)
        shutil.rmtree(into)
    return summary


def test_documents_are_made_for_the_periods_asked_for_and_no_others(folder: Path, out: Path) -> None:
    assert few(folder, out).written == ("2026-W08", "2026-W09", "2026-02")
    assert documents(out) == []
    summary = whole(folder, out)
    assert (summary.written, summary.documents_due) == ((), ("2026-02",)), "pages stay until there is more to lead to"
    assert documents(out) == ["2026-02/reports.pdf", "2026-02/reports.xlsx"]
    told = manifest(out, "2026-02")
    assert set(DOCUMENTS) < set(told["files"]) and told["documents"]["state"] == "made"
    assert (
        openpyxl.load_workbook(out / "shop" / "2026-02" / "reports.xlsx")["About"]["A1"].value
        == "Fruit shop, February 2026"
    )
    assert "February 2026" in PdfReader(out / "shop" / "2026-02" / "reports.pdf").pages[0].extract_text()
    assert leftovers(out) == []
    assert whole(folder, out).documents_due == ()


def test_how_many_rows_are_printed_is_asked_for_and_they_are_printed_again_where_it_is_another_number(
    folder: Path, out: Path
) -> None:
    def said() -> str:
        text = " ".join(page.extract_text() for page in PdfReader(out / "shop" / "2026-02" / "reports.pdf").pages)
        return " ".join(text.split())

    whole(folder, out)
    assert "The first" not in said(), "every row is there unless somebody wants less"
    every = manifest(out, "2026-02")["files"]
    assert whole(folder, out, pdf_rows=2).documents_due == ("2026-02",)
    assert (
        "The first 2 of 3 rows. All of them are in reports.xlsx, pages.csv and pages.json, beside this file." in said()
    )
    assert whole(folder, out, pdf_rows=2).documents_due == ()
    some = manifest(out, "2026-02")["files"]
    assert {one for one in every if every[one] != some[one]} == {"reports.pdf"}, "all else has every row"
    assert whole(folder, out).documents_due == ("2026-02",)
    assert manifest(out, "2026-02")["files"] == every


def test_until_they_are_made_pages_and_manifest_say_so_and_lead_nowhere(folder: Path, out: Path) -> None:
    assert few(folder, out, documents=("month",)).documents_due == ("2026-02",)
    place = out / "shop" / "2026-02"
    told = manifest(out, "2026-02")
    assert told["documents"] == {"state": "waiting"} and not set(DOCUMENTS) & set(told["files"])
    for page in ("index.html", "pages.html"):
        text = (place / page).read_text()
        assert "XLSX and PDF are not made yet." in text and "reports.pdf" not in text
    assert few(folder, out, documents=("month",)).written == (), "rendered once"
    whole(folder, out)
    for page in ("index.html", "pages.html"):
        text = (place / page).read_text()
        assert "not made yet" not in text and 'href="reports.pdf"' in text and 'href="reports.xlsx"' in text
    assert "documents" not in manifest(out, "2026-W08")


def test_other_numbers_are_published_at_once_and_documents_of_old_ones_beside_them_say_so(
    folder: Path, tmp_path: Path, out: Path
) -> None:
    whole(folder, out)
    place = out / "shop" / "2026-02"
    before = {name: (place / name).read_bytes() for name in DOCUMENTS}
    made = manifest(out, "2026-02")
    more = write_analysis(tmp_path / "more", days_from(FIRST, 11), filled=FEW)
    for days in (11, 12):
        more = write_analysis(tmp_path / f"of-{days}", days_from(FIRST, days), filled=FEW)
        summary = few(more, out, documents=("month",))
        assert "2026-02" in summary.written and summary.documents_due == ("2026-02",)
        assert {name: (place / name).read_bytes() for name in DOCUMENTS} == before
        told = manifest(out, "2026-02")
        assert told["documents"] == {**made["documents"], "state": "older"} and len(told["sources"]) == days
        assert {one: told["files"][one] for one in DOCUMENTS} == {one: made["files"][one] for one in DOCUMENTS}
        assert set(told["files"]) == {one.name for one in place.iterdir()} - {"manifest.json"}
        for page in ("index.html", "pages.html"):
            text = " ".join((place / page).read_text().split())
            links = '<a href="reports.xlsx">XLSX</a>, <a href="reports.pdf">PDF</a>. Newer ones are not made yet.'
            assert f"as of {AS_OF}: {links}" in text
        assert few(more, out, documents=("month",)).written == (), "rendered once"
    whole(more, out)
    assert "Newer ones" not in (place / "index.html").read_text()
    whole(more, tmp_path / "new" / "out")
    assert files(out) == files(tmp_path / "new" / "out")


def test_what_is_as_it_was_is_not_rendered_again_and_what_is_asked_for_no_more_goes(
    folder: Path, tmp_path: Path, out: Path
) -> None:
    plain = tmp_path / "plain"
    few(folder, plain)
    whole(folder, out)
    before = files(out)
    for path in write_analysis(tmp_path / "same", days_from(FIRST, 10), filled=FEW).glob("*.parquet"):
        if path.stem not in period_folder.COMPARED:  # the data set's own page shows these
            path.write_bytes(b"not Parquet")
    summary = few(tmp_path / "same", out, documents=("month",))
    assert (summary.written, summary.documents_due) == ((), ())
    assert files(out) == before
    assert few(folder, out, documents=()).written == ("2026-02",)
    assert documents(out) == [] and files(out) == files(plain)


def test_documents_that_are_asked_for_no_more_before_they_are_made_are_promised_no_more(
    folder: Path, tmp_path: Path, out: Path
) -> None:
    few(folder, out, documents=("month",))
    assert few(folder, out).written == ("2026-02",)
    few(folder, tmp_path / "plain")
    assert files(out) == files(tmp_path / "plain")


@pytest.mark.parametrize("why", ["settings", "forgotten", "file"])
def test_documents_that_may_tell_what_the_numbers_must_not_are_not_offered(
    folder: Path, tmp_path: Path, out: Path, why: str
) -> None:
    whole(folder, out, kept=Kept(forgotten="some"))
    more = write_analysis(tmp_path / "more", days_from(FIRST, 11), filled=FEW)
    if why == "settings":
        change_description(more, settings_digest="another")
    if why == "file":
        (out / "shop" / "2026-02" / "reports.pdf").unlink()
    few(more, out, documents=("month",), kept=Kept(forgotten="more" if why == "forgotten" else "some"))
    assert manifest(out, "2026-02")["documents"] == {"state": "waiting"}
    assert documents(out) == []
    assert "XLSX and PDF are not made yet." in (out / "shop" / "2026-02" / "index.html").read_text()


def test_documents_finished_after_their_pages_changed_are_offered_by_the_next_pages(
    folder: Path, tmp_path: Path, out: Path
) -> None:
    few(folder, out, documents=("month",))
    whole(folder, tmp_path / "aside")
    put_aside(tmp_path / "aside" / "shop" / "2026-02", out / "shop", "2026-02")
    assert documents(out) == []
    few(write_analysis(tmp_path / "of-11", days_from(FIRST, 11), filled=FEW), out, documents=("month",))
    assert documents(out) == ["2026-02/reports.pdf", "2026-02/reports.xlsx"]
    assert manifest(out, "2026-02")["documents"]["state"] == "older"
    assert leftovers(out) == [] and not (out / "shop" / ASIDE).exists()
    # Where nothing changes, what lies aside is not needed: the pages get their own.
    whole(folder, tmp_path / "again")
    put_aside(tmp_path / "again" / "shop" / "2026-02", out / "shop", "2026-02")
    assert few(tmp_path / "of-11", out, documents=("month",)).documents_due == ("2026-02",)
    assert not (out / "shop" / ASIDE).exists()


def test_of_older_documents_the_newest_are_offered(folder: Path, tmp_path: Path, out: Path) -> None:
    whole(folder, out)
    newer = {"state": "made", "made_from": "x", **made_of("x", NOW + timedelta(hours=1), "")}
    for place, made in ((tmp_path / "one", newer), (tmp_path / "other", made_of("x", NOW - timedelta(hours=1), ""))):
        shutil.copytree(out / "shop" / "2026-02", place)
        told = json.loads((place / "manifest.json").read_text())
        (place / "manifest.json").write_text(json.dumps(told | {"documents": made}))
        put_aside(place, out / "shop", "2026-02")
        found = older_of(Analysis(folder), out / "shop", "2026-02", manifest(out, "2026-02"), "")
        assert found is not None
        assert found.told["as_of"] == max(NOW.isoformat(), str(made["as_of"]))
        assert found.folder == (out / "shop" / ASIDE / "2026-02" if made is newer else out / "shop" / "2026-02")


def test_documents_that_are_missing_are_made_again(folder: Path, out: Path) -> None:
    whole(folder, out)
    before = files(out)
    (out / "shop" / "2026-02" / "reports.pdf").unlink()
    assert whole(folder, out).documents_due == ("2026-02",)
    assert files(out) == before


def test_what_they_were_made_from_is_part_of_them(tmp_path: Path, out: Path) -> None:
    """Pages do not say which files there were; documents do. Until there are others, a manifest tells of those there."""
    one = write_analysis(tmp_path / "one", days_from(FIRST, 10), filled=FEW)
    whole(one, out, ("week",))
    before = files(out)
    change_description(one, settings_digest="another")
    summary = few(one, out, documents=("week",))
    assert (set(summary.written), set(summary.documents_due)) == ({"2026-02"}, {"2026-W08", "2026-W09"})
    assert {name for name, data in files(out).items() if data != before[name]} == {"shop/2026-02/manifest.json"}
    whole(one, out, ("week",))
    about = openpyxl.load_workbook(out / "shop" / "2026-W08" / "reports.xlsx")["About"]
    assert "another" in [row[1].value for row in about.iter_rows()]
    assert manifest(out, "2026-W08")["settings_digest"] == "another"
    whole(one, tmp_path / "new" / "out", ("week",))
    assert files(out) == files(tmp_path / "new" / "out")


def test_another_program_that_makes_documents_makes_them_anew_and_nothing_else(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(folder, out)
    before = files(out)
    monkeypatch.setattr(editions, "DOCUMENTS", "another")
    summary = whole(folder, out)
    assert (summary.written, summary.documents_due) == ((), ("2026-02",))
    assert {name for name, data in files(out).items() if data != before[name]} == {"shop/2026-02/manifest.json"}


def test_another_program_that_renders_the_same_pages_leaves_documents_until_there_are_others(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(folder, out)
    before = files(out)
    monkeypatch.setattr(editions, "RENDERER", "another")
    summary = few(folder, out, documents=("month",))
    assert (summary.written, summary.documents_due) == ((), ("2026-02",))
    assert {one: data for one, data in files(out).items() if one.startswith("shop/2026-02/")} == {
        one: data for one, data in before.items() if one.startswith("shop/2026-02/")
    }
    whole(folder, out)
    assert few(folder, out, documents=("month",)).documents_due == ()


def test_frozen_periods_keep_their_documents(folder: Path, out: Path) -> None:
    whole(folder, out, ("week",))
    before = (out / "shop" / "2026-W08" / "reports.xlsx").read_bytes()
    few(folder, out, kept=Kept(hits_from=FIRST), documents=())
    assert documents(out) == ["2026-W08/reports.pdf", "2026-W08/reports.xlsx"]
    assert (out / "shop" / "2026-W08" / "reports.xlsx").read_bytes() == before


def test_numbers_are_the_same_in_every_file(folder: Path, out: Path) -> None:
    whole(folder, out)
    place = out / "shop" / "2026-02"
    said = json.loads((place / "entries.json").read_text())
    sheet = openpyxl.load_workbook(io.BytesIO((place / "reports.xlsx").read_bytes()))["Entry pages"]
    assert sheet["B4"].value == said["totals"]["all"]["visits"]
    text = " ".join(page.extract_text() for page in PdfReader(place / "reports.pdf").pages)
    assert f"{said['totals']['all']['visits']:,}" in text
    lines = (place / "entries.csv").read_text().splitlines()
    assert len(lines) == 1 + sum(len(row) - 1 for row in said["rows"])
