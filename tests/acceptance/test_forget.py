"""``proprocessor forget``: nothing of who was forgotten is left, numbers are those of the log without, and stay so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import audit
from tests.acceptance.test_privacy import Shop

USAGE, BAD_INPUT = 2, 65
ANN, BOB, EVE = "192.0.2.77", "198.51.100.3", "2001:db8::e"
AGENTS = {ANN: "Mozilla/5.0 (Ann's own; X11) Firefox/140.0", BOB: "Mozilla/5.0 (X11) Firefox/140.0"}
OTHER = "Mozilla/5.0 (Windows NT 10.0) Chrome/144.0.0.0"


def line(day: int, minute: int, address: str, page: str) -> str:
    agent = AGENTS.get(address, OTHER)
    secret = "anns-secret" if address == ANN else "plain"
    return (
        f'{address} - - [{day:02}/Mar/2026:10:{minute:02}:07 +0000] "GET /{page}?q={secret} HTTP/1.1" 200 9 '
        f'"https://{secret}.test/" "{agent}"\n'
    )


def log(day: int, *, without: str = "") -> str:
    found = []
    for minute in range(0, 40, 2):
        for address in (ANN, BOB, EVE):
            found.append((address, line(day, minute, address, f"page-{minute % 5}")))
    found.append((ANN, f"junk of {ANN} anns-secret\n"))
    return "".join(text for address, text in found if address != without)


def rows(shop: Shop) -> dict[str, Any]:
    """All that is published of all periods, but the audit and what names files and software."""
    found: dict[str, Any] = {}
    for path in sorted(shop.out.rglob("*.json")):
        if path.name not in ("audit.json", "manifest.json") and not path.name.startswith("."):
            data = json.loads(path.read_text())
            found[f"{path.parent.name}/{path.name}"] = data["rows"]
    assert found
    return found


def without(root: Path, days: tuple[int, ...], who: str) -> dict[str, Any]:
    shop = Shop(root)
    for day in days:
        (shop.logs / f"{day}.log").write_text(log(day, without=who))
    shop.process()
    return rows(shop)


def traces(shop: Shop) -> list[str]:
    text = shop.everything()
    return [word for word in (ANN, "Ann's own", "anns-secret") if word in text]


def test_an_address_is_gone_and_stays_gone(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for day in (1, 2):
        (shop.logs / f"{day}.log").write_text(log(day))
    (shop.logs / "3.log").write_text(log(3, without=ANN))
    shop.process()
    assert traces(shop) == [ANN, "Ann's own", "anns-secret"]
    lines = {name: row["lines"] for name, row in audit(shop.out, "shop").items()}

    ran = shop.run("forget", "shop", "--address", ANN, "--yes", "--json")
    assert ran.code == 0, ran.said
    receipt = json.loads(ran.out)
    assert ANN not in ran.said
    assert receipt["hits"] == 40
    assert receipt["files"] == ["1.log", "2.log"]
    assert receipt["days"] == ["2026-03-01", "2026-03-02"]
    assert {"2026-03-01", "2026-03", "2026-W09", "2026-W10", "2026", "all"} <= set(receipt["periods"])
    assert receipt["raw_files_deleted"] == 2
    assert traces(shop) == []
    assert rows(shop) == without(tmp_path / "other", (1, 2, 3), ANN)
    counted = audit(shop.out, "shop")
    assert {name: row["lines"] for name, row in counted.items()} == lines
    assert [counted[f"{day}.log"]["excluded"] for day in (1, 2, 3)] == [20, 20, 0]
    for row in counted.values():
        assert row["lines"] == row["directives"] + row["hits"] + row["rejects"]

    # What comes later, and what grew, obeys.
    (shop.logs / "4.log").write_text(log(4))
    (shop.logs / "2.log").write_text(log(2) + line(2, 50, ANN, "late") + line(2, 51, BOB, "late"))
    shop.process()
    assert traces(shop) == []
    other = Shop(tmp_path / "grown")
    for day in (1, 2, 3, 4):
        (other.logs / f"{day}.log").write_text(log(day, without=ANN))
    (other.logs / "2.log").write_text(log(2, without=ANN) + line(2, 51, BOB, "late"))
    other.process()
    assert rows(shop) == rows(other)
    assert [path.name for path in shop.raw()] != []

    # Again: nothing more, and no error; a reparse says what it cannot do.
    again = shop.run("forget", "shop", "--address", ANN, "--yes", "--json")
    assert again.code == 0 and json.loads(again.out)["hits"] == 0
    reparsed = shop.run("reparse", "shop", "--now")
    assert "no raw file any more" in reparsed.said
    assert rows(shop) == rows(other)


@pytest.mark.parametrize("addresses", ["hash", "truncate"])
def test_with_addresses_hidden_what_comes_later_obeys(tmp_path: Path, addresses: str) -> None:
    shop = Shop(tmp_path, f"[privacy]\naddresses = '{addresses}'\n")
    (shop.logs / "1.log").write_text(log(1))
    shop.process()
    ran = shop.run("forget", "shop", "--address", ANN, "--yes", "--json")
    assert ran.code == 0, ran.said
    # A code can be told as long as the salt is there, a network cannot.
    assert json.loads(ran.out)["hits"] == (20 if addresses == "hash" else 0)
    (shop.logs / "2.log").write_text(log(2))
    shop.process()
    assert audit(shop.out, "shop")["2.log"]["excluded"] == 20
    assert ("anns-secret" in shop.everything()) == (addresses == "truncate")


def test_another_data_set_keeps_its_own(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    (shop.logs / "1.log").write_text(log(1))
    shop.process()
    twin = Shop(tmp_path / "t")
    twin.data, twin.logs = shop.data, tmp_path / "t" / "twin"
    shutil.copytree(shop.logs, twin.logs)
    twin.process()
    before = rows(twin)
    ran = shop.run("forget", "shop", "--address", ANN, "--yes")
    assert ran.code == 0 and "twin" in ran.said
    assert len(shop.raw()) == 1
    twin.process()
    assert rows(twin) == before
    assert rows(shop) == without(tmp_path / "other", (1,), ANN)
    ran = shop.run("forget", "twin", "--address", ANN, "--yes", "--json")
    assert json.loads(ran.out)["raw_files_deleted"] == 1
    assert traces(shop) == [] == traces(twin)


def test_it_asks_first_and_says_what_is_wrong(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    (shop.logs / "1.log").write_text(log(1))
    shop.process()
    assert shop.run("forget", "shop", "--address", ANN).code == USAGE
    assert shop.run("forget", "shop", "--yes").code == USAGE
    assert shop.run("forget", "shop", "--address", ANN, "--visitor", "x", "--yes").code == USAGE
    assert shop.run("forget", "nobody", "--address", ANN, "--yes").code == BAD_INPUT
    assert "names no cookie" in shop.run("forget", "shop", "--visitor", "x", "--yes").said
    assert ANN in traces(shop)


CONFIG = """<CLICKTRACKSSERVER><JDC>1</JDC><SITE><NAME>www.shop.test</NAME></SITE><SUBDOMAINS><COUNT>1</COUNT><SUBDOMAIN1>
<NAME>www</NAME><SESSIONID>sid</SESSIONID><PERSISTENTCOOKIEID>pid</PERSISTENTCOOKIEID>
<SERVERS><COUNT>1</COUNT><SERVER1><NAME>web1</NAME></SERVER1></SERVERS></SUBDOMAIN1></SUBDOMAINS></CLICKTRACKSSERVER>"""


def collected(root: Path, *, with_ann: bool) -> Shop:
    """Two visitors behind one address, told apart by cookies; each visit begins before the cookie is set."""
    shop = Shop(root)
    folder = shop.logs / "normal" / "www" / "web1"
    folder.mkdir(parents=True)
    (shop.logs / "ClickTracks_Config.xml").write_text(CONFIG)
    fields = "date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) cs(Referer) cs(Cookie)".split()
    lines = ["#Software: proprocessor collector", "#Fields: " + " ".join(fields)]
    for day in (1, 2, 3):
        for hour, who in ((9, "ann"), (11, "bob"), (13, "ann"), (15, "bob")):
            for minute in range(4):
                cookie = f"lang=de; pid={who}-secret" if minute else "-"
                row = (f"2026-03-0{day}", f"{hour:02}:0{minute}:00", ANN, "GET", f"/{minute}", f"w={who}-secret", "200")
                if with_ann or who != "ann":
                    lines.append("\t".join((*row, "Firefox/140.0", f"https://{who}-secret.test/", cookie)))
    (folder / "G2026-03-01_00-00-00_to_2026-03-04_00-00-00.nlf").write_text("\n".join(lines) + "\n")
    ran = shop.run("process", shop.logs / "ClickTracks_Config.xml", "--publish", shop.out)
    assert ran.code == 0, ran.said
    return shop


def test_a_visitor_is_gone_by_the_cookie(tmp_path: Path) -> None:
    shop, other = collected(tmp_path / "with", with_ann=True), collected(tmp_path / "without", with_ann=False)
    (name,) = [row["id"] for row in json.loads(shop.run("datasets", "--json").out)]
    assert rows(shop) != rows(other)
    assert "ann-secret" in shop.everything()
    ran = shop.run("forget", name, "--visitor", "ann-secret", "--yes", "--json")
    assert ran.code == 0, ran.said
    assert json.loads(ran.out)["hits"] == 24
    assert rows(shop) == rows(other)
    assert "ann-secret" not in shop.everything()
    assert "bob-secret" in shop.everything()
