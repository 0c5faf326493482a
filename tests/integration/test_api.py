"""The API as a program asks it: who may what, reports equal to what is published, and what is hostile refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from analyzer.live import BY_ID
from console.web import audit, tokens
from console.web.api import streaming, tables
from console.web.api.tables import as_csv, table_of
from console.web.app import MAX_BODY
from console.web.home import published_folder
from console.web.place import Place
from console.web.turns import a_turn
from shared import accounts, pauses
from shared.catalog.schema import dead_letters
from shared.roles import Role
from tests.integration.settings_shop import Shop
from tests.integration.test_web import letter
from tests.web_console import PASSWORD, Browser, place_in, with_account

API = "/api/v1"
PUBLISHED = f"{API}/datasets/shop/periods/all/reports"


class Program:
    """Asks with a token."""

    def __init__(self, place: Place, role: Role, *scopes: str, name: str = "", datasets: tuple[str, ...] = ("shop",)):
        name = name or f"{role}-{len(accounts.every(place.catalog))}"
        accounts.add(place.catalog, name, role, PASSWORD, place.now(), datasets=datasets)
        _, text = tokens.add(place.catalog, name, name="test", scopes=scopes or ("read",), now=place.now())
        self.client = Browser(place, address="203.0.113.9").client
        self.client.headers["Authorization"] = f"Bearer {text}"

    def __call__(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return self.client.request(method, f"{API}{path}", **more)

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self("GET", path, **more)


@pytest.fixture
def place(shop: Shop) -> Iterator[Place]:
    """An installation that has published reports."""
    with place_in(shop.data) as made:
        yield made


@pytest.fixture
def everywhere(tmp_path: Path, catalog_url: str) -> Iterator[Place]:
    """An empty one, with each kind of catalog."""
    with place_in(tmp_path, catalog_url) as made:
        yield made


def is_problem(answer: httpx2.Response, status: int, reason: str) -> bool:
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, told["status"], told["reason"]) == (status, status, reason), answer.text
    return bool(told["title"])


# Who may what


def test_nobody_is_told_anything(place: Place) -> None:
    client = Browser(place, address="203.0.113.9").client
    document = client.get(f"{API}/openapi.json").json()
    for path, operations in document["paths"].items():
        for method in operations:
            if not path.endswith("/openapi.json"):
                url = path.replace("{dataset}", "shop").replace("{report}", "pages").replace("{period}", "all")
                answer = client.request(method, url, headers={"Authorization": "Bearer pp_wrong"})
                assert is_problem(answer, 401, "not_signed_in"), (method, path)
                assert answer.headers["www-authenticate"] == "Bearer"


def test_a_viewer_reads_its_data_sets_and_changes_nothing(place: Place) -> None:
    anna, stranger = Program(place, "viewer", *tokens.SCOPES), Program(place, "viewer", *tokens.SCOPES, datasets=())
    assert [one["id"] for one in anna.get("/datasets").json()["items"]] == ["shop"]
    assert stranger.get("/datasets").json() == {"total": 0, "offset": 0, "limit": 100, "items": []}
    readable = ("", "/files", "/fetches", "/periods", "/published", "/reports/pages", "/periods/all/reports/pages")
    for path in (*readable, "/published/all/manifest.json"):
        assert anna.get(f"/datasets/shop{path}").status_code == 200, path
        assert is_problem(stranger.get(f"/datasets/shop{path}"), 404, "unknown_dataset")
        assert is_problem(anna.get(f"/datasets/other{path}"), 404, "unknown_dataset")
    assert is_problem(anna.get("/datasets/shop/settings"), 403, "not_editor")
    assert is_problem(anna("PUT", "/datasets/shop/settings", content=b"#"), 403, "not_editor")
    assert is_problem(anna("POST", "/datasets/shop/fetch"), 403, "not_editor")
    for path in ("/failures", "/failures/abc", "/operations", "/audit", "/accounts", "/accounts/boss"):
        assert is_problem(anna.get(path), 403, "not_administrator"), path
    for method, path in (("POST", "/accounts"), ("PATCH", "/accounts/x"), ("DELETE", "/accounts/x")):
        assert is_problem(anna(method, path, json={}), 403, "not_administrator")
    assert is_problem(anna("POST", "/failures/replay", json={"reason": "x"}), 403, "not_administrator")


def test_tokens_go_as_far_as_their_scopes(place: Place) -> None:
    nothing = Program(place, "administrator", "metrics")
    assert is_problem(nothing.get("/datasets"), 403, "scope_missing")
    assert is_problem(nothing.get("/datasets/shop/periods"), 404, "unknown_dataset")
    assert is_problem(nothing.get("/audit"), 403, "not_administrator")
    reads = Program(place, "editor", "read")
    assert reads.get("/datasets/shop/settings").status_code == 200
    assert is_problem(reads("PUT", "/datasets/shop/settings", content=b"#"), 403, "not_editor")
    assert is_problem(reads("POST", "/datasets/shop/fetch"), 403, "scope_missing")
    assert reads.get("/me").json()["scopes"] == ["read"]
    operates = Program(place, "editor", "operate")
    assert operates("POST", "/datasets/shop/fetch").status_code == 202
    assert is_problem(operates.get("/datasets"), 403, "scope_missing")


def test_a_token_makes_no_tokens_and_changes_no_passwords(place: Place) -> None:
    boss = Program(place, "administrator", *tokens.SCOPES, name="boss")
    assert is_problem(boss("POST", "/tokens", json={"name": "x", "scopes": ["read"]}), 403, "not_with_a_token")
    assert is_problem(boss("DELETE", "/tokens/x"), 403, "not_with_a_token")
    assert is_problem(boss("PATCH", "/accounts/boss", json={"password": "another word"}), 403, "not_with_a_token")


def test_a_session_needs_the_text_of_our_pages(place: Place) -> None:
    browser = with_account(place, "boss", "administrator")
    new = {"name": "script", "scopes": ["read"], "days": 3}
    for headers in ({}, {"X-Form-Token": "0" * 64}):
        assert is_problem(browser.client.post(f"{API}/tokens", json=new, headers=headers), 403, "bad_form_token")
    form = {"X-Form-Token": browser.get(f"{API}/me").json()["form_token"]}
    elsewhere = {**form, "Sec-Fetch-Site": "cross-site"}
    assert is_problem(browser.client.post(f"{API}/tokens", json=new, headers=elsewhere), 403, "other_site")
    made = browser.client.post(f"{API}/tokens", json=new, headers=form)
    assert made.status_code == 201
    client = Browser(place).client
    bearer = {"Authorization": f"Bearer {made.json()['token']}"}
    assert client.get(f"{API}/datasets", headers=bearer).status_code == 200
    (listed,) = browser.get(f"{API}/tokens").json()["items"]
    assert (listed["id"], listed["scopes"]) == (made.json()["id"], ["read"])
    assert made.json()["token"] not in browser.get(f"{API}/tokens").text
    assert browser.client.delete(f"{API}/tokens/{listed['id']}", headers=form).status_code == 204
    assert is_problem(browser.client.delete(f"{API}/tokens/{listed['id']}", headers=form), 404, "unknown_token")
    assert client.get(f"{API}/datasets", headers=bearer).status_code == 401
    whats = [one.what for one in audit.entries(place.catalog)]
    assert whats == ["token.remove", "token.add", "sign_in", "dataset.add"]


# Reports


def every_report(place: Place) -> list[Path]:
    found = published_folder(place, "shop")
    assert found is not None
    return sorted(one for one in (found / "all").glob("*.json") if one.name != "manifest.json")


def test_every_published_report_is_the_very_file_and_the_same_in_every_format(place: Place) -> None:
    anna = Program(place, "viewer")
    reports = every_report(place)
    assert len(reports) > 20
    for path in reports:
        url = f"/datasets/shop/periods/all/reports/{path.stem}"
        assert anna.get(url).content == path.read_bytes()
        csv = anna.get(url, headers={"Accept": "text/csv"})
        assert csv.content == path.with_suffix(".csv").read_bytes()
        assert csv.headers["content-type"].startswith("text/csv")
        parquet = pq.read_table(BytesIO(anna.get(url, params={"format": "parquet"}).content))
        arrow = pa.ipc.open_stream(anna.get(url, params={"format": "arrow"}).content).read_all()
        assert parquet.equals(arrow)
        assert as_csv(arrow) == csv.content, "that of a part is written from this"
        assert long(json.loads(path.read_bytes(), parse_float=Decimal)) == plain(arrow), path.stem
        about = json.loads(arrow.schema.metadata[b"proprocessor"])
        assert (about["report"], about["dataset"], about["period"]["id"]) == (path.stem, "shop", "all")


def long(report: dict[str, Any]) -> list[dict[str, Any]]:
    """A report's JSON as rows for each label, told otherwise than the API does."""
    rows = []
    for label in report["labels"]:
        for row in report["rows"]:
            if label["id"] in row:
                dimensions = {one["id"]: row[one["id"]] for one in report["columns"] if one["kind"] == "dimension"}
                rows.append({"label": label["id"], **dimensions, **row[label["id"]]})
    return rows


def plain(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as JSON has them."""
    return [{key: _plain(value) for key, value in row.items()} for row in table.to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return value


def test_columns_have_the_types_of_the_analysis(shop: Shop, place: Place) -> None:
    anna = Program(place, "viewer")
    folder = shop.data / "analyses" / "shop" / shop.row()["analysis"]
    seen = set()
    for path in sorted(folder.rglob("*.parquet")):
        if path.stem in BY_ID and "period" in (kept := pq.read_schema(path)).names:
            url = f"/datasets/shop/periods/all/reports/{path.stem}?format=parquet"
            for field in pq.read_table(BytesIO(anna.get(url).content)).schema:
                known = kept.field(field.name).type
                assert field.type == (pa.timestamp("us", tz="UTC") if pa.types.is_timestamp(known) else known), field
                seen.add(str(field.type))
    assert {"int64", "double", "string", "date32[day]", "decimal128(38, 2)"} <= seen


def test_large_tables_are_made_and_given_in_pieces(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(place, "viewer", "read")
    whole = {one: program.get(f"/datasets/shop/periods/all/reports/paths?format={one}") for one in ("arrow", "parquet")}
    monkeypatch.setattr(tables, "PIECE", 2)
    monkeypatch.setattr(streaming, "PIECE_BYTES", 100)
    for one, answer in whole.items():
        path = f"/datasets/shop/periods/all/reports/paths?format={one}"
        with program.client.stream("GET", f"{API}{path}", headers={"Accept-Encoding": "identity"}) as given:
            pieces = list(given.iter_raw())
        assert len(pieces) > 5
        assert given.headers["content-length"] == str(sum(map(len, pieces)))
        data = BytesIO(b"".join(pieces))
        if one == "arrow":
            reader = pa.ipc.open_stream(data)
            batches = list(reader)
            assert len(batches) > 1
            assert pa.Table.from_batches(batches).equals(pa.ipc.open_stream(answer.content).read_all())
            assert b"proprocessor" in reader.schema.metadata
        else:
            assert pq.ParquetFile(data).num_row_groups > 1
            assert pq.read_table(data).equals(pq.read_table(BytesIO(answer.content)))


def test_columns_beside_other_days_have_types() -> None:
    columns = [
        {"id": "day", "kind": "dimension"},
        {"id": "cost_before", "kind": "measure", "unit": "money"},
        {"id": "average_order_before", "kind": "measure", "unit": "money"},
        {"id": "suspect", "kind": "measure", "unit": "flag"},
    ]
    values = {"cost_before": Decimal("1.5"), "average_order_before": Decimal("0.123456789"), "suspect": None}
    made = table_of({"columns": columns, "labels": [{"id": "all"}], "rows": [{"day": None, "all": values}]})
    assert made.to_pylist() == [
        {
            "label": "all",
            "day": None,
            "cost_before": Decimal("1.50"),
            "average_order_before": 0.123456789,
            "suspect": None,
        }
    ]


def test_who_has_a_report_is_sent_nothing(place: Place) -> None:
    anna = Program(place, "viewer")
    for url in (
        "/datasets/shop/periods/all/reports/pages",
        "/datasets/shop/reports/pages?label=channel%3Dsearch",
        "/datasets/shop/published/all/pages.html",
    ):
        tags = set()
        formats = ("json",) if "/published/" in url else ("json", "csv", "parquet", "arrow")
        for kind in formats:
            asked = {"params": {"format": kind}} if "?" not in url and len(formats) > 1 else {}
            one = f"{url}&format={kind}" if "?" in url else url
            whole = anna.get(one, **asked)
            tags.add(whole.headers["etag"])
            for tag in (whole.headers["etag"], f'"x", {whole.headers["etag"]}', "*"):
                again = anna.get(one, headers={"If-None-Match": tag}, **asked)
                assert (again.status_code, again.content) == (304, b"")
            assert anna.get(one, headers={"If-None-Match": 'W/"x"'}, **asked).content == whole.content
        assert len(tags) == len(formats)


def test_a_report_is_had_in_parts(place: Place) -> None:
    anna = Program(place, "viewer")
    for base in ("/datasets/shop/periods/all/reports/pages", "/datasets/shop/reports/pages"):
        whole = anna.get(base).json()
        assert len(whole["rows"]) == 3
        rows = []
        for offset in range(0, 4, 2):
            part = anna.get(base, params={"limit": 2, "offset": offset}).json()
            assert (part["total"], part["offset"], part["limit"], part["totals"]) == (3, offset, 2, whole["totals"])
            rows += part["rows"]
        assert rows == whole["rows"]
        assert anna.get(base, params={"offset": 99}).json()["rows"] == []
        lines = anna.get(base, params={"format": "csv"}).text.splitlines()
        part = anna.get(base, params={"limit": 1, "offset": 1, "format": "csv"})
        assert part.text.splitlines() == [lines[0], lines[2]]
        assert part.headers["x-total-count"] == "3"
        exact = json.loads(anna.get(base).text, parse_float=Decimal)
        arrow = pa.ipc.open_stream(anna.get(base, params={"offset": 2, "format": "arrow"}).content).read_all()
        assert plain(arrow) == long({**exact, "rows": exact["rows"][2:]})
        for wrong in ({"limit": 0}, {"limit": 10**6}, {"offset": -1}, {"offset": 2**63}, {"limit": "x"}):
            assert is_problem(anna.get(base, params=wrong), 422, "not_well_formed")


def test_a_report_is_had_filtered_and_sorted(place: Place) -> None:
    """As its table on a page: what is left is counted, totals are of all."""
    anna = Program(place, "viewer")
    for base in ("/datasets/shop/periods/all/reports/pages", "/datasets/shop/reports/pages"):
        whole = anna.get(base).json()
        pages = sorted(row["page"] for row in whole["rows"])
        views = [row["all"]["views"] for row in whole["rows"]]

        def asked(base: str = base, **params: object) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = anna.get(base, params=params).json()["rows"]
            return found

        assert [row["page"] for row in asked(sort="page")] == pages
        assert [row["page"] for row in asked(sort="-page", limit=2)] == pages[:-3:-1]
        assert [row["all"]["views"] for row in asked(sort="all.views")] == sorted(views)
        assert [row["all"]["views"] for row in asked(sort="-all.views")] == sorted(views, reverse=True)
        part = pages[1].strip("/")
        found = anna.get(base, params={"rows": f" {part.upper()} "})
        assert {row["page"] for row in found.json()["rows"]} == {one for one in pages if part in one}
        assert found.headers["x-total-count"] == str(sum(part in one for one in pages))
        assert found.json()["totals"] == whole["totals"]
        assert asked(rows="no such page") == []
        lines = anna.get(base, params={"sort": "page", "format": "csv"}).text.splitlines()
        assert [line.split(",")[1] for line in lines[1 : 1 + len(pages)]] == pages
        for wrong in ("views", "all.page", "all.nothing", "all.views;", "-", "\0"):
            assert is_problem(anna.get(base, params={"sort": wrong}), 422, "unknown_column")
        assert is_problem(anna.get(base, params={"rows": "x" * 501}), 422, "not_well_formed")
    spreadsheet = anna.get(base, params={"rows": part, "format": "xlsx"})
    assert (spreadsheet.status_code, spreadsheet.headers["x-total-count"]) == (200, found.headers["x-total-count"])
    assert is_problem(anna.get(base, params={"sort": "all.nothing", "format": "xlsx"}), 422, "unknown_column")


def test_lists_are_had_in_parts(place: Place) -> None:
    boss = Program(place, "administrator", *tokens.SCOPES)
    for number in range(5):
        letter(place, f"{number}" * 32, "no_files")
    seen = [boss.get("/failures", params={"limit": 2, "offset": at}).json() for at in (0, 2, 4)]
    assert [len(one["items"]) for one in seen] == [2, 2, 1]
    assert {one["total"] for one in seen} == {5}
    assert len({one["id"] for part in seen for one in part["items"]}) == 5
    assert is_problem(boss.get("/failures", params={"limit": 1001}), 422, "not_well_formed")


def test_what_is_accepted_chooses_the_format(place: Place) -> None:
    anna, url = Program(place, "viewer"), "/datasets/shop/periods/all/reports/pages"
    for accept, kind in (
        ("*/*", "application/json"),
        ("text/*;q=0.5, application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("text/html, text/csv;q=0.9, */*;q=0.1", "text/csv; charset=utf-8"),
        ("application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream"),
    ):
        assert anna.get(url, headers={"Accept": accept}).headers["content-type"] == kind
    assert is_problem(anna.get(url, headers={"Accept": "image/png"}), 406, "not_acceptable")
    assert is_problem(anna.get(url, headers={"Accept": "text/csv;q=0"}), 406, "not_acceptable")
    assert is_problem(anna.get(url, params={"format": "pdf"}), 422, "not_well_formed")
    packed = anna.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"


LIVE: list[tuple[str, dict[str, str], list[str]]] = [
    ("overview", {}, []),
    ("pages", {"from": "2015-05-17", "to": "2015-05-18"}, ["--from", "2015-05-17", "--to", "2015-05-18"]),
    ("trend", {"period": "2015-05-17", "compare": "previous"}, ["--period", "2015-05-17", "--compare", "previous"]),
    ("sources", {"label": "referrer~bing", "period": "2015-W20"}, ["--label", "referrer~bing", "--period", "2015-W20"]),
]


def test_live_answers_are_those_of_the_command(shop: Shop, place: Place) -> None:
    anna = Program(place, "viewer")
    for report, params, options in LIVE:
        url = f"/datasets/shop/reports/{report}"
        told = anna.get(url, params=params).text
        assert told == shop.run("report", "shop", report, *options, "--json").out
        if report == "sources":
            assert (
                anna.get(url, params=params | {"format": "csv"}).text
                == shop.run("report", "shop", report, *options, "--csv").out
            )
        arrow = pa.ipc.open_stream(anna.get(url, params=params | {"format": "arrow"}).content).read_all()
        assert plain(arrow) == long(json.loads(told, parse_float=Decimal))


def test_only_two_live_answers_are_made_at_once(place: Place) -> None:
    anna = Program(place, "viewer")
    known = anna.get("/datasets/shop/reports/pages").headers["etag"]
    with a_turn(), a_turn():
        refused = anna.get("/datasets/shop/reports/pages")
        assert is_problem(refused, 503, "too_many_questions")
        assert refused.headers["retry-after"].isdigit()
        assert anna.get("/datasets/shop/reports/pages", headers={"If-None-Match": known}).status_code == 304
        assert anna.get("/datasets/shop/periods/all/reports/pages").status_code == 200
    assert anna.get("/datasets/shop/reports/pages").status_code == 200


def test_wrong_questions_are_told(place: Place) -> None:
    anna = Program(place, "viewer")
    for url, status, reason in (
        ("/datasets/shop/reports/nothing", 404, "unknown_report"),
        ("/datasets/shop/periods/all/reports/nothing", 404, "unknown_report"),
        ("/datasets/shop/periods/2015-05-16/reports/pages", 404, "unknown_period"),
        ("/datasets/shop/periods/..%2Fall/reports/pages", 404, "no_such_page"),
        ("/datasets/shop/periods/%00/reports/pages", 404, "unknown_period"),
        ("/datasets/shop/reports/pages?period=yesterday", 422, "unknown_period"),
        ("/datasets/shop/reports/pages?from=2015-05-18&to=2015-05-17", 422, "bad_range"),
        ("/datasets/shop/reports/pages?from=17.5.2015", 422, "not_well_formed"),
        ("/datasets/shop/reports/pages?from=0", 422, "not_well_formed"),
        ("/datasets/shop/reports/pages?from=2015-05-17&period=all", 422, "period_twice"),
        ("/datasets/shop/reports/pages?compare=year", 422, "nothing_before"),
        ("/datasets/shop/reports/pages?label=x", 422, "misconfigured"),
        ("/datasets/shop/reports/pages?label=path~(%00", 422, "misconfigured"),
        ("/datasets/shop/reports/pages?label=" + "x" * 600, 422, "not_well_formed"),
        ("/datasets/shop/published/..%2F..%2Fcatalog.db", 404, "unknown_file"),
        ("/datasets/shop/published/.proprocessor-summary.json", 404, "unknown_file"),
        ("/datasets/shop/published/all%2F..%2F..%2Findex.html", 404, "unknown_file"),
        ("/datasets/shop/published/%00", 404, "unknown_file"),
        ("/datasets/shop/assets/..%2Fshop%2Findex.html", 404, "unknown_file"),
        ("/datasets/%00/periods", 404, "unknown_dataset"),
        ("/nothing", 404, "no_such_page"),
    ):
        assert is_problem(anna.get(url), status, reason), url
    for method, path, allowed in (
        ("DELETE", "/datasets", "GET, POST"),
        ("PUT", "/accounts/x", "DELETE, GET, PATCH"),
        ("PUT", "/failures/replay", "POST"),
    ):
        answer = anna(method, path)
        assert is_problem(answer, 405, "not_allowed_here")
        assert answer.headers["allow"] == allowed


# Settings, dead letters, accounts


def test_settings_are_read_checked_and_taken(shop: Shop, place: Place) -> None:
    boss, url = Program(place, "administrator", *tokens.SCOPES), "/datasets/shop/settings"
    toml = boss.get(url, headers={"Accept": "application/toml"})
    assert toml.text == shop.settings("show", "shop").out
    assert boss.get(url).json() == json.loads(shop.settings("show", "shop", "--json").out)
    tag = toml.headers["etag"]
    assert boss.get(url, headers={"If-None-Match": tag}).status_code == 304
    new = toml.text + "\n[visits]\ngap_minutes = 15\n"
    tried = boss("PUT", url, params={"dry_run": True}, content=new.encode())
    change = {"path": "visits.gap_minutes", "before": "30", "after": "15", "effect": "analysis"}
    assert tried.json() == {"dataset": "shop", "changes": [change], "effect": "analysis", "stored": False}
    assert boss.get(url, headers={"Accept": "application/toml"}).text == toml.text
    before = len(shop.messages())
    assert boss("PUT", url, content=new.encode(), headers={"If-Match": tag}).json()["stored"] is True
    assert shop.messages()[before:] == ["fetch.finished"]
    assert is_problem(boss("PUT", url, content=new.encode(), headers={"If-Match": tag}), 412, "changed_meanwhile")
    assert is_problem(boss("PUT", url, content=b""), 422, "no_settings")
    assert boss("PUT", url, content=new.encode()).json() == {
        "dataset": "shop", "changes": [], "effect": "none", "stored": False,
    }  # fmt: skip
    wrong = boss("PUT", url, content=b'[visits]\ngap_minutes = -1\nshort = 5\n[source]\nformat = "%%"\n')
    assert is_problem(wrong, 422, "misconfigured")
    assert [one.partition(":")[0] for one in wrong.json()["faults"]] == ["line 2", "line 3", "line 5"]
    for body in (b"\xff", b"[", b"x" * 10):
        assert is_problem(boss("PUT", url, content=body), 422, "misconfigured")
    assert is_problem(boss("PUT", url, content=b"#" * (MAX_BODY + 1)), 413, "too_much")
    chunks = (b"#" * 2**20 for _ in range(9))
    assert is_problem(boss("PUT", url, content=chunks), 413, "too_much")
    (entry,) = [one for one in audit.entries(place.catalog) if one.what == "settings.change"]
    assert [one["path"] for one in entry.detail["changes"]] == ["visits.gap_minutes"]
    assert (entry.detail["effect"], entry.detail["token"]) == ("analysis", "test")


def test_import_settings_have_raw_files_read_again(shop: Shop, place: Place) -> None:
    boss = Program(place, "administrator", *tokens.SCOPES)
    before = len(shop.messages())
    new = shop.settings("show", "shop").out + '\n[source]\nformat = "combined"\n'
    taken = boss("PUT", "/datasets/shop/settings", content=new.replace("[source]", "", 1).encode())
    if taken.status_code != 200:  # the table was there already
        text = shop.settings("show", "shop").out.replace("[source]\n", '[source]\nformat = "combined"\n')
        taken = boss("PUT", "/datasets/shop/settings", content=text.encode())
    assert taken.json()["effect"] == "import"
    assert "file.fetched" in shop.messages()[before:]


def test_an_editor_cannot_make_this_machine_read_write_or_ask_elsewhere(shop: Shop, place: Place) -> None:
    eve, url = Program(place, "editor", "read", "write"), "/datasets/shop/settings"
    assert eve("PUT", url, content=b"[visits]\ngap_minutes = 20\n").json()["stored"] is True
    for text in (
        '[source]\nlocation = "/etc"',
        '[source]\nlocation = "ftp://evil.test/"\npassword_env = "PROPROCESSOR_SECRET_KEY"',
        '[source]\nuser = "root"',
        '[[targets]]\nname = "x"\nlocation = "/etc/cron.d"',
    ):
        assert is_problem(eve("PUT", url, content=text.encode()), 403, "not_administrator"), text
    costs = '[[campaigns]]\nname = "x"\nmatch = { page = "/" }\ncost = { file = "/etc/passwd" }'
    refused = eve("PUT", url, content=costs.encode())
    assert is_problem(refused, 422, "misconfigured")
    assert "root:" not in refused.text


def test_dead_letters_are_listed_explained_replayed_and_discarded(everywhere: Place) -> None:
    boss = Program(everywhere, "administrator", *tokens.SCOPES)
    for number, reason in enumerate(("gzip_truncated", "gzip_truncated", "no_files")):
        letter(everywhere, f"{number}" * 32, reason)
    assert [one["id"] for one in boss.get("/failures?reason=no_files").json()["items"]] == ["2" * 32]
    told = boss.get(f"/failures/{'0' * 8}").json()
    assert (told["id"], told["message"]["type"]) == ("0" * 32, "dataset.due")
    assert is_problem(boss.get("/failures/abc"), 404, "unknown_failure")
    assert is_problem(boss.get("/failures/%00"), 404, "unknown_failure")
    assert boss("POST", "/failures/discard", json={"ids": ["0" * 32]}).json() == {"number": 1}
    assert boss("POST", "/failures/replay", json={"reason": "no_files"}).json() == {"number": 1}
    assert is_problem(boss("POST", "/failures/replay", json={"ids": ["0" * 32]}), 409, "nothing_chosen")
    assert is_problem(boss("POST", "/failures/replay", json={}), 409, "nothing_chosen")
    for body in ({"ids": "x"}, {"ids": ["x"] * 1001}, {"all": True}, []):
        assert is_problem(boss("POST", "/failures/replay", json=body), 422, "not_well_formed")
    with everywhere.catalog.read() as connection:
        states = dict(connection.execute(sa.select(dead_letters.c.id, dead_letters.c.state)).all())
    assert [states[f"{number}" * 32] for number in range(3)] == ["discarded", "waiting", "replayed"]
    assert boss.get("/failures?settled=true").json()["total"] == 3
    entries = boss.get("/audit", params={"limit": 1}).json()
    assert [one["what"] for one in entries["items"]] == ["failures.replay"]
    older = boss.get("/audit", params={"before": entries["before"]}).json()
    assert [one["what"] for one in older["items"]] == ["failures.discard"]
    assert older["before"] is None


def test_accounts_are_managed(everywhere: Place) -> None:
    boss = Program(everywhere, "administrator", *tokens.SCOPES, name="boss")
    new = {"name": "Anna", "role": "editor", "password": PASSWORD}
    made = boss("POST", "/accounts", json=new)
    assert (made.status_code, made.json()["name"], "password" in made.json()) == (201, "anna", False)
    assert is_problem(boss("POST", "/accounts", json=new), 409, "account_twice")
    assert is_problem(boss("POST", "/accounts", json={**new, "datasets": ["none"]}), 404, "unknown_dataset")
    assert is_problem(boss("POST", "/accounts", json={**new, "name": "b", "password": "a" * 12}), 422, "weak_password")
    assert is_problem(boss("POST", "/accounts", json={**new, "role": "god"}), 422, "not_well_formed")
    browser = Browser(everywhere)
    assert browser.sign_in("anna").status_code == 303
    assert boss("PATCH", "/accounts/anna", json={"role": "viewer", "disabled": True}).json()["role"] == "viewer"
    assert browser.get("/account").status_code == 303, "signed out"
    assert boss("PATCH", "/accounts/anna", json={"disabled": False}).json()["disabled_at"] is None
    for method, body in (("DELETE", None), ("PATCH", {"disabled": True}), ("PATCH", {"role": "viewer"})):
        assert is_problem(boss(method, "/accounts/boss", json=body), 422, "last_administrator")
    assert boss("DELETE", "/accounts/anna").status_code == 204
    assert is_problem(boss.get("/accounts/anna"), 404, "unknown_account")
    assert is_problem(boss.get("/accounts/%00"), 404, "unknown_account")
    assert [one["name"] for one in boss.get("/accounts").json()["items"]] == ["boss"]
    whats = [one.what for one in audit.entries(everywhere.catalog)]
    assert whats == ["account.remove", "account.enable", "account.disable", "account.change", "sign_in", "account.add"]


def test_texts_that_no_catalog_takes_are_refused(everywhere: Place) -> None:
    boss = Program(everywhere, "administrator", *tokens.SCOPES)
    browser = with_account(everywhere, "other", "administrator")
    form = {"X-Form-Token": browser.get(f"{API}/me").json()["form_token"], "Content-Type": "application/json"}
    for text in ("\\ud800", "\\u0000"):
        for body in (
            f'{{"name": "x{text}", "password": "{PASSWORD}"}}',
            f'{{"name": "x", "password": "{PASSWORD}", "datasets": ["{text}"]}}',
        ):
            answer = boss("POST", "/accounts", content=body, headers={"Content-Type": "application/json"})
            assert 400 <= answer.status_code < 500, answer.text
        token = browser.client.post(f"{API}/tokens", content=f'{{"name": "{text}", "scopes": ["read"]}}', headers=form)
        assert is_problem(token, 422, "not_well_formed")
        settled = boss(
            "POST", "/failures/discard", content=f'{{"reason": "{text}"}}', headers={"Content-Type": "application/json"}
        )
        assert 400 <= settled.status_code < 500
    surrogate = boss(
        "POST",
        "/accounts",
        content=f'{{"name": "y", "password": "\\ud800{PASSWORD}"}}',
        headers={"Content-Type": "application/json"},
    )
    assert 400 <= surrogate.status_code < 500


def test_operations_tell_queues_and_processes(place: Place) -> None:
    boss = Program(place, "administrator", *tokens.SCOPES)
    letter(place, "a" * 32, "no_files")
    told = boss.get("/operations").json()
    assert told["dead"] == 1
    assert {one["queue"] for one in told["queues"]} >= {"fetcher", "parser", "analyzer", "reporter"}
    assert next(one for one in told["queues"] if one["queue"] == "fetcher")["last_error"] == "no_files."


def test_nothing_is_there_before_something_was_published(everywhere: Place) -> None:
    from console.datasets import Access, register
    from console.datasets import Place as Location
    from shared.dataset_settings import DatasetSettings

    register(everywhere.catalog, Location("/nowhere/shop"), DatasetSettings(), Access(), now=everywhere.now())
    anna = Program(everywhere, "viewer")
    for path in ("periods", "published", "periods/all/reports/pages", "published/index.html"):
        assert is_problem(anna.get(f"/datasets/shop/{path}"), 404, "not_published")
    assert is_problem(anna.get("/datasets/shop/reports/pages"), 409, "not_analysed")


def test_it_holds_below_a_prefix(place: Place) -> None:
    accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now())
    browser = Browser(place, root_path="/stats")
    document = browser.get(f"{API}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/stats"}]
    assert is_problem(browser.get(f"{API}/datasets"), 401, "not_signed_in")


def test_periods_are_listed_with_digests(place: Place) -> None:
    from hashlib import sha256

    anna = Program(place, "viewer")
    (period,) = anna.get("/datasets/shop/periods").json()["items"]
    manifest = anna.get("/datasets/shop/published/all/manifest.json").content
    assert period["digest"] == sha256(manifest).hexdigest()
    assert (period["id"], period["kind"], date.fromisoformat(period["first"])) == ("all", "all", date(2015, 5, 17))
    assert period["files"] == len(json.loads(manifest)["files"])
    folder = anna.get("/datasets/shop/published").json()
    assert {"index.html"} <= {one["path"] for one in folder["files"]}
    assert not any(one["path"].endswith((".gz", ".br")) for one in folder["assets"])
    for one in folder["files"] + [{**one, "asset": True} for one in folder["assets"]]:
        where = "assets" if "asset" in one else "published"
        data = anna.get(f"/datasets/shop/{where}/{one['path']}").content
        assert (sha256(data).hexdigest(), len(data)) == (one["sha256"], one["size_bytes"])


# Pauses


def test_stages_and_data_sets_are_paused_and_go_on(shop: Shop, place: Place) -> None:
    boss = Program(place, "administrator", "operate")
    assert boss.get("/pauses").json() == {"items": []}
    for path, kind, name in (("/pauses/stage/parser", "stage", "parser"), ("/pauses/dataset/shop", "dataset", "shop")):
        paused = boss("PUT", path)
        assert paused.status_code == 200
        assert (paused.json()["kind"], paused.json()["name"]) == (kind, name)
        assert boss("PUT", path).json() == paused.json(), "what is paused stays so"
        assert pauses.is_paused(place.catalog, kind, name)
    assert [one["name"] for one in boss.get("/pauses").json()["items"]] == ["shop", "parser"]
    queues = boss.get("/operations").json()["queues"]
    assert [one["queue"] for one in queues if one["paused"]] == ["parser"]
    for path in ("/pauses/stage/parser", "/pauses/dataset/shop", "/pauses/dataset/shop"):
        assert boss("DELETE", path).status_code == 204
    assert pauses.every(place.catalog) == []
    told = [(one.what, one.about) for one in audit.entries(place.catalog) if one.what.endswith((".pause", ".resume"))]
    assert told == [
        ("dataset.resume", "shop"), ("stage.resume", "parser"), ("dataset.pause", "shop"), ("stage.pause", "parser"),
    ]  # fmt: skip


def test_only_administrators_pause_what_there_is(place: Place) -> None:
    boss = Program(place, "administrator", "operate")
    assert is_problem(boss("PUT", "/pauses/stage/cook"), 404, "unknown_stage")
    assert is_problem(boss("PUT", "/pauses/dataset/none"), 404, "unknown_dataset")
    assert is_problem(boss("DELETE", "/pauses/dataset/%00"), 404, "unknown_dataset")
    assert is_problem(boss("PUT", "/pauses/page/x"), 422, "not_well_formed")
    for other in (Program(place, "editor", "read", "write", "operate"), Program(place, "administrator", "read")):
        for method in ("PUT", "DELETE"):
            assert is_problem(other(method, "/pauses/dataset/shop"), 403, "not_administrator")
        assert is_problem(other.get("/pauses"), 403, "not_administrator")
    assert pauses.every(place.catalog) == []
