"""What is published costs nothing while it stays the same, and is never older than what it was made from."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reporter import period_folder
from reporter.deliveries import Deliveries
from reporter.editions import SHOWN
from reporter.home import SUMMARY
from reporter.ledger import LEDGER, found_in
from reporter.manifest import Heads, head_digest
from reporter.model import Analysis, Period
from reporter.publish import PublishSummary, publish
from reporter.retention import Kept
from tests.analysis_folder import LABELS, change_description, days_from, write_analysis

KINDS = ("day", "week", "month", "year", "all")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FIRST = date(2026, 2, 16)
"""A Monday."""
TOLD = f"shop/{SUMMARY}"
"""Knows, as manifests do, what was rendered from what."""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def go(folder: Path, out: Path, now: datetime = NOW, **given: Any) -> PublishSummary:
    return publish(folder, out, **{"periods": KINDS, "now": now, "workers": 1, **given})


def files(root: Path) -> dict[str, bytes]:
    """Every file, but when it was published."""
    found = {}
    for path in sorted(
        path for path in root.rglob("*") if path.is_file() and path.name not in (".proprocessor-lock", LEDGER)
    ):
        data = path.read_bytes()
        if path.name == "manifest.json":
            data = json.dumps({key: one for key, one in json.loads(data).items() if key != "published_at"}).encode()
        found[str(path.relative_to(root))] = data
    return found


def manifest(out: Path, period: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "shop" / period / "manifest.json").read_text())
    return data


def blind(folder: Path) -> None:
    """Take the rows away: who reads them finds out."""
    for path in folder.rglob("*.parquet"):
        path.write_bytes(b"not Parquet")


@pytest.mark.parametrize(
    "number, expected",
    [
        (9, {"2026-02-24", "2026-02-23", "2026-W09", "2026-02", "2026", "all"}),
        (14, {"2026-03-01", "2026-02-28", "2026-W09", "2026-03", "2026-02", "2026", "all"}),
        (15, {"2026-03-02", "2026-03-01", "2026-W10", "2026-W09", "2026-03", "2026", "all"}),
    ],
)
def test_a_new_day_writes_what_has_it_and_the_neighbour_that_leads_to_it(
    tmp_path: Path, out: Path, number: int, expected: set[str]
) -> None:
    go(write_analysis(tmp_path / "before", days_from(FIRST, number - 1)), out)
    summary = go(write_analysis(tmp_path / "after", days_from(FIRST, number)), out, LATER)
    assert set(summary.written) == expected
    later = {one for one in (*summary.written, *summary.unchanged) if "13:00" in manifest(out, one)["published_at"]}
    assert later == expected
    go(tmp_path / "after", tmp_path / "new")
    assert files(out) == files(tmp_path / "new")


def test_another_day_in_the_past_writes_what_is_compared_with_it_too(tmp_path: Path, out: Path) -> None:
    days = days_from(FIRST, 30)
    go(write_analysis(tmp_path / "before", days), out)
    changed = days | {date(2026, 2, 25): 1}
    summary = go(write_analysis(tmp_path / "after", changed), out)
    assert set(summary.written) == {
        "2026-02-25", "2026-02-26", "2026-W09", "2026-W10", "2026-02", "2026", "all",
    }  # fmt: skip
    # March is not compared: of February not all days are there.
    assert go(tmp_path / "after", out).written == ()


def test_periods_that_did_not_change_are_not_read(tmp_path: Path, out: Path) -> None:
    days = days_from(FIRST, 20)
    go(write_analysis(tmp_path / "one", days), out)
    before = files(out)
    blind(write_analysis(tmp_path / "two", days))
    summary = go(tmp_path / "two", out, LATER)
    assert (summary.written, len(summary.unchanged)) == ((), 20 + 3 + 2 + 1 + 1)
    assert files(out) == before


def test_only_what_is_written_and_what_it_is_compared_with_is_read(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(write_analysis(tmp_path / "one", days_from(FIRST, 3)), out)
    read: list[tuple[str, ...]] = []
    asked = Analysis.reports

    def reports(self: Analysis, periods: Any, only: Any = ()) -> Any:
        read.append((*sorted(one.id for one in periods), *only))
        return asked(self, periods, only)

    monkeypatch.setattr(Analysis, "reports", reports)
    go(write_analysis(tmp_path / "two", days_from(FIRST, 4)), out)
    written = ("2026", "2026-02", "2026-02-18", "2026-02-19", "2026-W08", "all")
    front = ("all", "overview", "trend")  # the data set's own page tells of all days
    assert read == [written, ("2026-02-17", "2026-02-18", *period_folder.COMPARED), front]


def test_without_a_word_on_the_rows_everything_is_rendered_and_what_is_the_same_stays(
    tmp_path: Path, out: Path
) -> None:
    days = days_from(FIRST, 3)
    go(write_analysis(tmp_path / "one", days, made=False), out)
    assert "rendered_from" not in manifest(out, "all")
    summary = go(tmp_path / "one", out, LATER)
    assert (summary.written, len(summary.unchanged)) == ((), 7)
    assert manifest(out, "all")["published_at"] == NOW.isoformat()
    blind(tmp_path / "one")
    with pytest.raises(Exception, match="Parquet"):
        go(tmp_path / "one", out)


def test_what_comes_out_the_same_is_left_and_known_the_next_time(tmp_path: Path, out: Path) -> None:
    days = days_from(FIRST, 3)
    go(write_analysis(tmp_path / "one", days, made=False), out)
    before = files(out)
    inode = (out / "shop" / "all" / "pages.csv").stat().st_ino
    assert go(write_analysis(tmp_path / "two", days), out, LATER).written == ()
    assert manifest(out, "all")["published_at"] == NOW.isoformat()
    assert (out / "shop" / "all" / "pages.csv").stat().st_ino == inode
    assert {name for name, data in files(out).items() if before[name] != data} == {TOLD} | {
        f"shop/{one}/manifest.json" for one in ("2026-02-16", "2026-02-17", "2026-02-18", "2026-W08", "2026-02", "2026", "all")
    }  # fmt: skip
    blind(tmp_path / "two")
    assert go(tmp_path / "two", out).written == ()


@pytest.mark.parametrize("name", ["index.html", "manifest.json", "pages.csv", None])
def test_what_is_missing_is_made_again(tmp_path: Path, out: Path, name: str | None) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    go(folder, out)
    before = files(out)
    gone = out / "shop" / "2026-02-17"
    (gone / name).unlink() if name else shutil.rmtree(gone)
    assert go(folder, out).written == ("2026-02-17",)
    assert files(out) == before


CHANGES: dict[str, Any] = {
    "name": "Other <shop>",
    "timezone": "Europe/Berlin",
    "currency": "CHF",
    "software": "proprocessor 1",
    "labels": [*LABELS[:2], {**LABELS[2], "name": "Fewer"}],
    "notes": ["Another note."],
    "settings_digest": "t",
    "own_hosts": {"hosts": ["a.test"], "origin": "settings"},
}


def told_otherwise(name: str) -> Callable[[dict[str, Any]], Any]:
    def change(data: dict[str, Any]) -> Any:
        if name == "reports":
            data["reports"][3]["title"] = "Otherwise"
        elif name == "sources":
            data["sources"][0]["lines"] = 10
        elif name == "period notes":
            data["periods"][1]["notes"] = ["Of this day."]
        else:
            data[name] = CHANGES[name]

    return change


@pytest.mark.parametrize("name", [*CHANGES, "reports", "sources", "period notes"])
def test_whatever_an_analysis_says_otherwise_is_published_as_into_a_new_folder(
    tmp_path: Path, out: Path, name: str
) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    go(folder, out)
    data = json.loads((folder / "analysis.json").read_text())
    told_otherwise(name)(data)
    change_description(folder, **data)
    if name in ("settings_digest", "own_hosts", "sources"):
        blind(folder)  # only manifests tell of these
    summary = go(folder, out, LATER)
    assert len(summary.written) == {"sources": 5, "period notes": 1}.get(name, 7)
    assert manifest(out, summary.written[0])["published_at"] == LATER.isoformat()
    blind(folder)
    assert go(folder, out).written == ()
    shutil.rmtree(folder)
    write_analysis(folder, days_from(FIRST, 3))
    change_description(folder, **data)
    go(folder, tmp_path / "new")
    assert files(out) == files(tmp_path / "new")


def test_every_part_of_an_analysis_that_pages_show_is_tried_above() -> None:
    assert set(SHOWN) <= {*CHANGES, "reports", "dataset"}


def test_notes_of_a_period_stand_on_its_pages_and_in_its_manifest(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    data = json.loads((folder / "analysis.json").read_text())
    told_otherwise("period notes")(data)
    change_description(folder, periods=data["periods"])
    go(folder, out)
    assert manifest(out, "2026-02-17")["notes"] == ["A note.", "Of this day."]
    assert manifest(out, "2026-02-18")["notes"] == ["A note."]
    page = (out / "shop" / "2026-02-17" / "pages.html").read_text()
    assert "<p>A note.</p><p>Of this day.</p>" in page
    assert "Of this day" not in (out / "shop" / "index.html").read_text()


def test_rows_may_lie_in_several_folders(tmp_path: Path, out: Path) -> None:
    days = days_from(FIRST, 9)
    tables = {"day": "tables/a", "week": "tables/b", "month": "", "year": "tables/b", "all": "tables/b"}
    go(write_analysis(tmp_path / "one", days), out)
    go(write_analysis(tmp_path / "two", days, tables=tables, made=False), tmp_path / "other")
    go(tmp_path / "one", tmp_path / "again")
    same = files(out)
    for name, data in files(tmp_path / "other").items():
        assert name.endswith("manifest.json") or name == TOLD or same[name] == data, name
    assert not (tmp_path / "one" / "screens.parquet").exists()
    assert (out / "shop" / "all" / "screens.csv").read_text() == "label,screen,visits\n"


def test_the_course_of_robots_is_a_file_beside_them(tmp_path: Path, out: Path) -> None:
    go(write_analysis(tmp_path / "one", days_from(FIRST, 3)), out)
    of_all, of_day = out / "shop" / "all", out / "shop" / f"{FIRST}"
    text = (of_all / "robots.course.csv").read_text()
    assert text.startswith(f"label,date,robot,purpose,hits\nall,{FIRST},Googlebot,search,1\n") and ",'=1+1,<b>," in text
    assert "robots.course.csv" in manifest(out, "all")["files"]
    assert 'Over time: <a href="robots.course.csv">CSV</a>' in (of_all / "robots.html").read_text()
    assert not (of_day / "robots.course.csv").exists()
    assert "robots.course.csv" not in (of_day / "robots.html").read_text()


def test_an_analysis_that_is_removed_meanwhile_is_an_error_and_no_empty_report(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    analysis = Analysis(folder)
    (folder / "pages.parquet").unlink()
    with pytest.raises(FileNotFoundError):
        analysis.reports(list(analysis.periods()))
    shutil.rmtree(folder)
    with pytest.raises(FileNotFoundError):
        go(folder, out)


def test_rows_are_those_of_the_file_in_their_order(tmp_path: Path) -> None:
    """Whatever periods are asked for together, and however row groups cut them."""
    analysis = Analysis(write_analysis(tmp_path / "one", days_from(FIRST, 9), rows=7))
    periods = list(analysis.periods())
    for chosen in (periods, periods[3:6], [periods[-1], periods[0]]):
        found = analysis.reports(chosen)
        for meta in analysis.data["reports"]:
            path = tmp_path / "one" / f"{meta['id']}.parquet"
            table = pq.read_table(path).to_pylist() if path.exists() else []
            for period in chosen:
                report = found[period.id][meta["id"]]
                rows: dict[tuple[Any, ...], dict[str, Any]] = {}
                for row in table:
                    if row["period"] == period.id:
                        key = tuple(row[one.id] for one in report.dimensions)
                        values = {one.id: row[one.id] for one in report.measures}
                        rows.setdefault(key, {})[row["label"]] = {
                            name: one.replace(tzinfo=UTC) if isinstance(one, datetime) else one
                            for name, one in values.items()
                        }
                assert [(row.key, row.values) for row in report.rows] == list(rows.items())


def test_rows_that_do_not_stand_together_are_refused(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    table = pq.read_table(folder / "pages.parquet")
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), folder / "pages.parquet")
    with pytest.raises(ValueError, match="2026-02-16 do not stand together"):
        go(folder, out)


def test_frozen_periods_stay_and_lead_nowhere_else(tmp_path: Path, out: Path) -> None:
    days = days_from(FIRST, 10)
    go(write_analysis(tmp_path / "one", days), out)
    before = files(out / "shop" / "2026-02-17")
    later = {day: seed for day, seed in days.items() if day > date(2026, 2, 18)}
    kept = Kept(date(2026, 2, 18))
    summary = go(write_analysis(tmp_path / "two", later), out, kept=kept)
    # It is compared with what is no more; so is the second week.
    assert set(summary.written) == {"2026-02-19", "2026-W09", "all"}
    assert manifest(out, "2026-02-17")["frozen"] == "2026-02-18"
    assert {name for name, data in files(out / "shop" / "2026-02-17").items() if data != before[name]} == {
        "manifest.json"
    }
    assert "2026-02-17/" in (out / "shop" / "index.html").read_text()
    assert go(tmp_path / "two", out, kept=kept).written == ()
    assert "frozen" in manifest(out, "2026-W08")
    assert set(go(tmp_path / "one", out).written) >= {"2026-02-17", "2026-W08"}
    assert "frozen" not in manifest(out, "2026-02-17")


def test_home_knows_all_data_sets_without_reading_the_manifests_of_others(tmp_path: Path, out: Path) -> None:
    one = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    other = write_analysis(tmp_path / "two", days_from(FIRST, 5), dataset="other", name="Another")
    go(one, out)
    go(other, out, periods=("day", "year"))
    home = (out / "index.html").read_text()
    assert "2026-02-16 to 2026-02-18" in home and "2026-02-16 to 2026-02-20" in home
    for path in (out / "other").glob("*/manifest.json"):
        path.write_text("{}")
    go(one, out)
    assert (out / "index.html").read_text() == home
    (out / "other" / "index.html").unlink()
    go(one, out)
    assert "Another" not in (out / "index.html").read_text()


def test_a_data_set_of_an_older_version_is_on_the_first_page_too(tmp_path: Path, out: Path) -> None:
    one = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    go(write_analysis(tmp_path / "two", days_from(FIRST, 5), dataset="other", name="Another"), out)
    (out / "other" / SUMMARY).unlink()
    (out / "empty").mkdir()
    (out / "empty" / "index.html").write_text("not ours")
    go(one, out)
    assert "2026-02-16 to 2026-02-20" in (out / "index.html").read_text()
    assert (out / "other" / SUMMARY).is_file() and not (out / "empty" / SUMMARY).exists()
    (out / "other" / SUMMARY).write_text("{")
    go(one, out)
    assert "2026-02-16 to 2026-02-20" in (out / "index.html").read_text()


def test_more_rows_than_a_page_shows_are_summed_up_even_where_some_are_undefined(tmp_path: Path, out: Path) -> None:
    go(write_analysis(tmp_path / "one", days_from(FIRST, 1), rows=120), out)
    assert ">Others (20)<" in (out / "shop" / "all" / "campaigns.html").read_text()


def test_hundreds_of_periods_that_did_not_change_take_no_time(tmp_path: Path, out: Path) -> None:
    days = days_from(date(2025, 1, 1), 400)
    folder = write_analysis(tmp_path / "one", days, rows=1)
    told = json.loads((folder / "analysis.json").read_text())["reports"]
    needed = ("overview", "trend", "pages", "entries", "referrers")
    change_description(folder, reports=[one for one in told if one["id"] in needed])
    go(folder, out, workers=None)
    blind(folder)
    begun = time.process_time()
    summary = go(folder, out)
    seconds = time.process_time() - begun
    assert (summary.written, len(summary.unchanged)) == ((), 400 + 58 + 14 + 2 + 1)
    assert seconds < len(summary.unchanged) / 250, "much less than to read one"


def settle(out: Path, at_s: float) -> None:
    """Let the folders and manifests of all periods be of this time."""
    for path in (*(out / "shop").glob("*/manifest.json"), *(out / "shop").glob("*/")):
        os.utime(path, (at_s, at_s))


def garble(path: Path) -> None:
    """Make a manifest unreadable, which nobody sees who does not read it."""
    was = path.stat()
    path.write_bytes(b"x" * was.st_size)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def test_manifests_of_periods_that_did_not_change_are_not_read(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    go(folder, out)
    settle(out, 1_000_000_000)
    go(folder, out)
    told = (out / "shop" / LEDGER).read_bytes()
    before = files(out)
    for path in (out / "shop").glob("*/manifest.json"):
        garble(path)
    assert go(folder, out).written == ()
    assert (out / "shop" / LEDGER).read_bytes() == told, "there was nothing to learn"
    garbled = {f"{path.relative_to(out)}" for path in (out / "shop").glob("*/manifest.json")}
    # A further day reads those that it writes, and no others.
    summary = go(write_analysis(tmp_path / "two", days_from(FIRST, 4)), out)
    assert set(summary.written) == {"2026-02-18", "2026-02-19", "2026-W08", "2026-02", "2026", "all"}
    for name in ("2026-02-16", "2026-02-17"):
        assert f"shop/{name}/manifest.json" in garbled
        (out / "shop" / name / "manifest.json").write_bytes(b"{")
    assert set(go(tmp_path / "two", out).written) == {"2026-02-16", "2026-02-17"}, "it is another one now"
    assert {name: data for name, data in files(out).items() if "/2026-02-16/" in name} == {
        name: data for name, data in before.items() if "/2026-02-16/" in name
    }


def test_what_changed_just_before_it_was_noted_is_read_again(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    go(folder, out)
    settle(out, time.time() + 60)
    go(folder, out)
    garble(out / "shop" / "2026-02-17" / "manifest.json")
    assert go(folder, out).written == ("2026-02-17",)


@pytest.mark.parametrize(
    "ledger", [b"", b"[]", b'{"schema": 1, "periods": [[]]}', b'{"schema": 0, "periods": []}', None]
)
def test_without_what_was_noted_manifests_tell_the_same(tmp_path: Path, out: Path, ledger: bytes | None) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))
    go(folder, out)
    settle(out, 1_000_000_000)
    go(folder, out)
    known = found_in(out / "shop")
    assert all(one.is_kept for one in known.values()) and len(known) == 7
    path = out / "shop" / LEDGER
    path.unlink() if ledger is None else path.write_bytes(ledger)
    read = found_in(out / "shop")
    assert {name: one._replace(is_kept=True) for name, one in read.items()} == known
    assert not any(one.is_kept for one in read.values())
    assert go(folder, out).written == ()


def test_a_manifest_has_the_digest_of_what_it_was_made_from(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 10), notes=["Ä “note”\n"])
    go(folder, out)
    analysis = Analysis(folder)
    heads, lacks, digests = Heads(analysis), Deliveries(analysis), set()
    # It begins on a Monday, within a month and a year.
    assert [manifest(out, one)["lacking"] for one in ("2026-W08", "2026-02")] == [
        "",
        "Data begins on 16 February 2026.",
    ]
    for period in analysis.periods():
        told = manifest(out, period.id)
        digest = heads.digest(period, lacks.lacking(period))
        assert head_digest(told) == digest
        digests.add(head_digest(told))
        others = ({"notes": []}, {"frozen": "2026-01-01"}, {"own_hosts": {}}, {"sources": told["sources"][1:]})
        for other in (*others, {"lacking": "Much."}):
            assert head_digest(told | other) != digest
    assert len(digests) == 10 + 2 + 1 + 1 + 1


def test_manifests_of_others_are_passed(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 1))
    go(folder, out)
    (out / "shop" / "mine").mkdir()
    (out / "shop" / "mine" / "notes.txt").write_text("mine")
    (out / "shop" / "2026-02-16" / "manifest.json").write_text('{"period": 1}')
    assert go(folder, out).written == ("2026-02-16",)
    assert (out / "shop" / "mine" / "notes.txt").read_text() == "mine"


def test_leftovers_go_whatever_happens(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 3))

    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(period_folder, "encode", full)
    with pytest.raises(Exception, match="full"):
        go(folder, out)
    assert [path.name for path in (out / "shop").iterdir()] == []


def test_periods_are_told_apart_by_kind(tmp_path: Path, out: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 8))
    go(folder, out)
    summary = go(folder, out, periods=("week", "all"))
    assert set(summary.removed) == {one.id for one in Analysis(folder).periods() if one.kind not in ("week", "all")}
    assert set(summary.written) == {"2026-W08", "2026-W09", "all"}, "they led to the others"
    assert {path.name for path in (out / "shop").iterdir()} == {
        "2026-W08",
        "2026-W09",
        "all",
        "index.html",
        "overlay",
        LEDGER,
        SUMMARY,
    }


def test_a_period_is_what_its_page_says(tmp_path: Path, out: Path) -> None:
    go(write_analysis(tmp_path / "one", days_from(FIRST, 8)), out)
    week = (out / "shop" / "2026-W09" / "index.html").read_text()
    assert "so far." in week
    assert "so far." not in (out / "shop" / "2026-W08" / "index.html").read_text()
    assert Period("2026-W09", "week", date(2026, 2, 23), date(2026, 3, 1)) in Analysis(tmp_path / "one").periods()
