"""``proprocessor retention`` after ``process``: what is removed, what stays published as it was, and what it says."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.test_privacy import Shop

LONGEST = timedelta(minutes=4)


@pytest.fixture(autouse=True)
def _on_one_day() -> None:
    """Commands look at the clock, and so do these tests: none goes on over midnight."""
    now = datetime.now(UTC)
    if (now + LONGEST).date() > now.date():
        time.sleep(LONGEST.total_seconds())


def ago(back: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=back)


def log(back: int) -> str:
    day = ago(back)
    return "".join(
        f'192.0.2.{one} - - [{day:%d/%b/%Y}:10:{one:02}:00 +0000] "GET /{back} HTTP/1.1" 200 9 "-" "Firefox/140.0"\n'
        for one in range(1 + back)
    )


def views(shop: Shop, back: int) -> int | None:
    path = shop.out / "shop" / ago(back).isoformat() / "overview.json"
    return json.loads(path.read_text())["rows"][0]["all"]["page_views"] if path.exists() else None


def test_old_hits_and_reports_go_and_frozen_periods_stay(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    (shop.logs / "all.log").write_text("".join(log(back) for back in range(10, 0, -1)))
    shop.process()
    assert [views(shop, back) for back in (10, 9, 8, 6, 5, 4)] == [11, 10, 9, 7, 6, 5]
    assert "for ever" in shop.run("retention", "shop").said

    shop.set("[retention]\nhits_days = 5\nreports_days = 8\n")
    (shop.logs / "more.log").write_text(log(0))
    shop.process()
    assert views(shop, 10) is None, "reports are kept for eight days"
    dry = json.loads(shop.run("retention", "shop", "--dry-run", "--json").out)
    assert dry["files"] == ["all.log"] and dry["raw_files"] == 0
    assert views(shop, 8) == 9

    ran = shop.run("retention", "shop", "--json")
    assert ran.code == 0, ran.said
    assert json.loads(ran.out)["files"] == ["all.log"]
    assert [views(shop, back) for back in (10, 9, 8, 6, 5, 4)] == [None, None, 9, 7, 6, 5]
    manifest = json.loads((shop.out / "shop" / ago(8).isoformat() / "manifest.json").read_text())
    assert manifest["frozen"] == ago(5).isoformat()
    whole = json.loads((shop.out / "shop" / "all" / "manifest.json").read_text())
    assert whole["period"]["first"] == ago(5).isoformat() and "frozen" not in whole
    index = (shop.out / "shop" / "index.html").read_text()
    assert f"{ago(8).isoformat()}/" in index
    assert f"{ago(9).isoformat()}/" not in index
    assert "192.0.2.8" not in [text for text in shop.everything().split("\n") if text == "192.0.2.8"]
    # Later files count, and what is frozen stays.
    (shop.logs / "late.log").write_text(log(4).replace("GET /4", "GET /late") + log(7))
    shop.process()
    assert [views(shop, back) for back in (7, 5, 4)] == [8, 6, 10]
