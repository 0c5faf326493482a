"""Editors of a data set's settings as a browser asks them: forms made from the model, previews, counts, who may."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest

from console.stored_settings import stored_settings
from console.web import audit
from console.web.editors import live
from console.web.editors.faults import Faults
from console.web.editors.parts import PARTS
from console.web.editors.reading import MOST_FIELDS, Read
from console.web.editors.shapes import table_of
from console.web.editors.widgets import Making, Widget
from console.web.place import Place
from console.web.turns import a_turn
from shared.dataset_settings import DatasetSettings, Label
from shared.dataset_settings.writing import changed
from shared.settings import load_settings
from tests.integration.settings_shop import Shop
from tests.mail_server import mail_server
from tests.web_console import Browser, place_in, with_account

BASE = "/datasets/shop/settings"
NESTED = {
    "name": "Google or thanks",
    "color": "#D55E00",
    "match.kind": "any",
    "match.any.0.kind": "referrer",
    "match.any.0.referrer.kind": "contains",
    "match.any.0.referrer.contains": "google",
    "match.any.1.kind": "all",
    "match.any.1.all.0.kind": "saw_page",
    "match.any.1.all.0.saw_page.kind": "starts_with",
    "match.any.1.all.0.saw_page.starts_with": "/thanks",
    "match.any.1.all.1.kind": "page_views",
    "match.any.1.all.1.page_views.min": "1",
}
FUNNEL = {
    "id": "buy",
    "stages.0.name": "Home",
    "stages.0.groups.0.name": "Home",
    "stages.0.groups.0.pages.kind": "equals",
    "stages.0.groups.0.pages.equals": "/",
    "stages.1.name": "Thanks",
    "stages.1.groups.0.name": "Thanks",
    "stages.1.groups.0.pages.kind": "starts_with",
    "stages.1.groups.0.pages.starts_with": "/thanks",
}


@pytest.fixture
def read(shop: Shop) -> Iterator[Place]:
    with place_in(shop.data) as made:
        yield made


@pytest.fixture
def editor(read: Place) -> Browser:
    return with_account(read, "eve", "editor", "shop")


@pytest.fixture
def boss(read: Place) -> Browser:
    return with_account(read, "boss", "administrator")


def known_in(page: str) -> str:
    return re.findall(r'name="known" value="([0-9a-f]+)"', page)[0]


def taken(browser: Browser, path: str, form: dict[str, object]) -> str:
    """Preview a form, then take it; gives the preview."""
    shown = browser.post(path, {**form, "do": "preview"})
    assert shown.status_code == 200, shown.text
    answer = browser.post(path, {**form, "do": "take", "known": known_in(shown.text)})
    assert answer.status_code == 303, answer.text
    return unescape(shown.text)


def fields_of(widgets: list[Widget]) -> dict[str, list[str]]:
    """What a browser sends of a form as it is shown."""
    sent: dict[str, list[str]] = {}
    for one in (inner for widget in widgets for inner in widget.every()):
        match one.kind:
            case "flag":
                sent |= {one.name: ["true"]} if one.value else {}
            case "several":
                sent |= {one.name: [value for value, _ in one.options if value in one.value]} if one.value else {}
            case "lines":
                sent[one.name] = ["\r\n".join(one.value)]
            case "range":
                sent |= {f"{one.name}.{end}": [text] for end, text in one.value.items()}
            case "one":
                sent[f"{one.name}.kind"] = [one.value]
            case "table" | "list":
                pass
            case _:
                sent[one.name] = [one.value]
    return sent


def test_each_part_of_the_settings_has_one_editor() -> None:
    tables = [table for part in PARTS for table in part.tables]
    assert sorted(tables) == sorted(DatasetSettings.model_fields)


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing() -> None:
    settings = DatasetSettings.model_validate(
        {
            "labels": [
                {
                    "id": "one",
                    "inverse": True,
                    "match": {
                        "any": [
                            {"cookie": {"name": "a", "value": {"any_of": ["x, y", "z"]}, "first_page": True}},
                            {"all": [{"search": False}, {"revenue": {"min": "0.10", "max": "7"}}, {"visitor": "new"}]},
                            {"referrer": {"parameter": "ad", "regex": "^a|b$"}},
                        ]
                    },
                    "hide_in": ["pages", "overview"],
                }
            ],
            "campaigns": [{"name": "spring", "match": {"page": "/a?b=c"}, "cost": {"per_click": "0.40"}}],
            "exclude": {"addresses": ["10.0.0.0/8"], "pages": [{"starts_with": "/admin"}, {"any_of": ["/a", "/b"]}]},
            "mails": [{"id": "m", "to": ["a@b.test"], "reports": ["pages", "overview"], "attach": ["csv"]}],
            "visits": {"gap_minutes": 15},
            "robots": {"pause_seconds": 0.5},
        }
    )
    offers = {"mails.reports": [("overview", ""), ("pages", "")], "labels.hide_in": [("pages", ""), ("overview", "")]}
    for name, values in changed(settings).items():
        for item in values if isinstance(values, list) else [values]:
            shape = table_of(name)
            widget = Making(Faults(), offers).widget(shape, item, name)
            read = Read(fields_of(widget.inner))
            again = read.value(shape, ())
            assert read.faults == []
            assert DatasetSettings.model_validate({name: [again] if isinstance(values, list) else again}) == (
                DatasetSettings.model_validate({name: [item] if isinstance(values, list) else item})
            )


def test_the_overview_leads_to_every_part(boss: Browser, editor: Browser) -> None:
    page = boss.get(BASE)
    for part in PARTS:
        assert f'href="{BASE}/{part.id}"' in page.text
        assert boss.get(f"{BASE}/{part.id}").status_code == 200, part.id
    assert "none yet" in page.text
    assert f'href="{BASE}/targets"' not in editor.get(BASE).text
    for part_id in ("targets", "alerts"):
        assert editor.get(f"{BASE}/{part_id}").status_code == 403
    assert editor.post(f"{BASE}/alerts", {"alerts.to": "a@b.test"}).status_code == 403
    assert boss.get(f"{BASE}/nothing").status_code == 404
    assert boss.get(f"{BASE}/labels/one?name=nothing").status_code == 404


def test_a_nested_label_is_made_changed_and_taken_back(shop: Shop, read: Place, editor: Browser) -> None:
    shown = taken(editor, f"{BASE}/labels/one", NESTED)
    assert "This would change 1 setting." in shown
    assert "Everything is analysed anew" in shown
    (label,) = stored_settings(shop.row()).labels
    assert label == Label.model_validate(
        {
            "id": "google-or-thanks",
            "name": "Google or thanks",
            "color": "#D55E00",
            "match": {
                "any": [
                    {"referrer": {"contains": "google"}},
                    {"all": [{"saw_page": {"starts_with": "/thanks"}}, {"page_views": {"min": 1}}]},
                ]
            },
        }
    )
    listed = editor.get(f"{BASE}/labels").text
    assert "any of these (referrer contains google, all of these (saw page starts with /thanks, page views" in listed
    assert "background: #D55E00" in listed
    (entry,) = [one for one in audit.entries(read.catalog) if one.what == "settings.change"]
    assert entry.who == "eve"
    page = editor.get(f"{BASE}/labels/one?name=google-or-thanks").text
    assert "Back to before this" in page
    assert "Back to before this" not in editor.get(f"{BASE}/funnels/one").text, "the history of this part"
    taken(editor, f"{BASE}/labels/one?name=google-or-thanks", {**NESTED, "id": "google-or-thanks", "inverse": "true"})
    assert stored_settings(shop.row()).labels[0].inverse
    removal = {"name": "google-or-thanks", "move": "remove"}
    taken(editor, f"{BASE}/labels/list", removal)
    assert stored_settings(shop.row()).labels == ()


def test_visits_are_counted_while_somebody_writes(editor: Browser) -> None:
    days = {"count-from": "2015-05-17", "count-to": "2015-05-17"}
    answer = editor.post(f"{BASE}/labels/count", {**NESTED, **days})
    assert "<strong>3</strong> of 4 visits carry this label (75.0 %)" in answer.text
    inverse = editor.post(f"{BASE}/labels/count", {**NESTED, **days, "inverse": "true"})
    assert "<strong>1</strong> of 4" in inverse.text
    funnel = editor.post(f"{BASE}/funnels/count", {**FUNNEL, **days}).text
    cells = re.findall(r'<td class="n">(.*?)</td>', funnel)
    assert cells == ["3", "3", "75.0 %", "2", "1", "33.3 %"]
    campaign = {"name": "x", "match.page": "/", "match.referrer.kind": "contains", "match.referrer.contains": "bing"}
    assert "<strong>1</strong> of 4 visits fit" in editor.post(f"{BASE}/campaigns/count", {**campaign, **days}).text
    wrong = editor.post(f"{BASE}/labels/count", {**NESTED, "color": "red"}).text
    assert "Mend what is marked" in wrong
    assert re.search(r'data-fault="fault-f-color">This should be written as: #RRGGBB', wrong)
    nameless = {name: value for name, value in NESTED.items() if name != "name"}
    assert "<strong>3</strong> of 4" in editor.post(f"{BASE}/labels/count", {**nameless, **days}).text
    empty = editor.post(f"{BASE}/labels/count", {"name": "x", "match.kind": "search_term"}).text
    assert "Fill in what is missing" in empty


def test_values_of_the_data_set_are_offered(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"of": "funnels.stages.groups.pages", "text": "THANKS", "count-from": "2015-05-17"}
    assert editor.get(f"{BASE}/suggest", params=query).json() == [
        {"value": "/thanks/1", "told": "1 page views"},
        {"value": "/thanks/2", "told": "1 page views"},
    ]
    engines = editor.get(f"{BASE}/suggest", params={**query, "of": "labels.match.search_engine", "text": ""}).json()
    assert [one["value"] for one in engines] == ["Google", "Bing"]
    assert editor.get(f"{BASE}/suggest", params={"of": "source.location", "text": "x"}).json() == []
    monkeypatch.setattr(live, "SUGGEST_PATIENCE_S", 0.0)
    terms = {**query, "of": "labels.match.search_term", "text": ""}
    with a_turn(), a_turn():
        assert editor.get(f"{BASE}/suggest", params=terms).json() == [], "nobody is told of faults while writing"
    assert [one["value"] for one in editor.get(f"{BASE}/suggest", params=terms).json()] == ["fruit"]


def test_lists_in_a_form_grow_shrink_and_are_ordered(editor: Browser) -> None:
    def names(do: str) -> list[str]:
        page = editor.post(f"{BASE}/funnels/one", {**FUNNEL, "do": do}).text
        return re.findall(r'name="stages\.\d\.name" value="(.*?)"', page)

    assert names("add:stages") == ["Home", "Thanks", ""]
    assert names("down:stages.0") == ["Thanks", "Home"]
    assert names("up:stages.1") == ["Thanks", "Home"]
    assert names("remove:stages.0") == ["Thanks"]
    for nonsense in ("remove:stages.9", "add:id", "add:nothing.0", "down:match", "add:", "up:1"):
        assert names(nonsense) == ["Home", "Thanks"], nonsense
    part = editor.post(f"{BASE}/funnels/one", {**FUNNEL, "do": "add:stages.0.groups"}, headers={"HX-Request": "true"})
    assert part.text.startswith("<form")
    assert re.search(r'id="f-stages-0-groups-1-name"[^>]* autofocus', part.text)


def test_every_fault_stands_beside_its_field_and_nothing_is_lost(shop: Shop, editor: Browser) -> None:
    form = {
        "id": "UPPER <b>",
        "name": "<script>alert(1)</script>",
        "color": "red",
        "match.kind": "all",
        "match.all.0.kind": "weekday",
        "match.all.0.weekday.min": "9",
        "match.all.1.kind": "search_term",
        "match.all.1.search_term.kind": "equals",
        "match.all.1.search_term.equals": "",
        "unknown": "field",
        "do": "take",
    }
    answer = editor.post(f"{BASE}/labels/one", form)
    assert answer.status_code == 422
    said = dict(re.findall(r'<p class="fault" id="fault-f-([\w-]+)">(.*?)</p>', answer.text))
    assert said == {
        "id": "This should be written as: small letters, digits, - _.",
        "color": "This should be written as: #RRGGBB.",
        "match-all-0-weekday": "Min and max are whole numbers from 1 to 7.",
        "match-all-1-search_term-text": "This is missing: fill it in.",
    }
    assert "4 things must be mended" in answer.text
    assert "<script>alert" not in answer.text
    assert 'value="UPPER &lt;b&gt;"' in answer.text
    assert 'value="9"' in answer.text
    assert stored_settings(shop.row()).labels == ()


def test_what_others_need_is_not_removed(shop: Shop, editor: Browser) -> None:
    taken(editor, f"{BASE}/labels/one", NESTED)
    needs = {"id": "needs", "match.kind": "label", "match.label": "google-or-thanks"}
    taken(editor, f"{BASE}/labels/one", needs)
    answer = editor.post(f"{BASE}/labels/list", {"name": "google-or-thanks", "move": "remove"})
    assert answer.status_code == 422
    assert "there is no label" in answer.text
    taken(editor, f"{BASE}/labels/list", {"name": "needs", "move": "up"})
    assert [one.id for one in stored_settings(shop.row()).labels] == ["needs", "google-or-thanks"]


def test_who_comes_later_sees_what_was_changed_meanwhile(shop: Shop, read: Place, editor: Browser) -> None:
    form = {"visits.gap_minutes": "20", "dataset.timezone": "UTC"}
    shown = editor.post(f"{BASE}/general", form)
    other = with_account(read, "otto", "editor", "shop")
    taken(other, f"{BASE}/retention", {"retention.raw_days": "30"})
    late = editor.post(f"{BASE}/general", {**form, "do": "take", "known": known_in(shown.text)})
    assert late.status_code == 409
    assert "Somebody has changed the settings meanwhile" in late.text
    assert stored_settings(shop.row()).visits.gap_minutes == 30
    assert editor.post(f"{BASE}/general", {**form, "do": "take", "known": known_in(late.text)}).status_code == 303
    settings = stored_settings(shop.row())
    assert (settings.visits.gap_minutes, settings.retention.raw_days) == (20, 30)


def test_an_editor_changes_no_source(shop: Shop, editor: Browser) -> None:
    page = editor.get(f"{BASE}/general").text
    assert 'name="source.location"' not in page
    assert 'name="source.schedule"' in page
    before = shop.row()["location"]
    form = {
        "source.location": "ftp://evil.test/", "source.password_env": "HOME", "overlay.base": "http://127.0.0.1/",
        "source.schedule": "15 3 * * *", "visits.gap_minutes": "30",
    }  # fmt: skip
    taken(editor, f"{BASE}/general", form)
    assert shop.row()["location"] == before
    settings = stored_settings(shop.row())
    assert (settings.source.schedule, settings.overlay.base, settings.source.password_env) == ("15 3 * * *", "", None)


def test_general_settings_say_what_a_change_needs(editor: Browser) -> None:
    page = editor.get(f"{BASE}/general").text
    assert "A longer pause ends a visit; 1 to 1440. Default: 30." in page
    assert "A change reads raw files again." in page
    wrong = editor.post(f"{BASE}/general", {"visits.gap_minutes": "x", "dataset.currency": "euro"})
    assert wrong.status_code == 422
    assert "This should be a number, written with digits, with a point" in wrong.text
    assert 'value="x"' in wrong.text
    assert "Raw files are read again" in editor.post(f"{BASE}/general", {"privacy.addresses": "hash"}).text


@pytest.mark.parametrize("part", [part.id for part in PARTS if part.tables and not part.for_administrators])
def test_one_data_set_is_changed_by_its_editors_only(shop: Shop, read: Place, part: str) -> None:
    path = f"{BASE}/{part}/one" if next(one for one in PARTS if one.id == part).one else f"{BASE}/{part}"
    before = shop.row()
    stranger, viewer = with_account(read, "stranger", "editor"), with_account(read, "anna", "viewer", "shop")
    eve = with_account(read, "eve", "editor", "shop")
    for browser, status in ((stranger, 404), (viewer, 403)):
        assert browser.get(path).status_code == status
        assert browser.post(path, {**NESTED, "do": "take"}).status_code == status
    assert eve.client.post(path, data={**NESTED, "do": "take"}).status_code == 403, "another site"
    assert shop.row() == before


def test_hostile_forms_are_refused(shop: Shop, editor: Browser) -> None:
    huge = {f"match.any.{number}.kind": "search" for number in range(MOST_FIELDS + 1)}
    assert editor.post(f"{BASE}/labels/one", {**NESTED, **huge}).status_code in (400, 422)
    deep = "match" + ".any.0" * 400 + ".kind"
    assert editor.post(f"{BASE}/labels/one", {**NESTED, deep: "any"}).status_code == 422
    body = (
        b"name=%ff%fe\x00%00&id=x&match.kind=search_term&match.search_term.kind=equals&match.search_term.equals=%c3%28"
    )
    token = re.findall(r'name="form_token" value="([0-9a-f]*)"', editor.get("/account").text)[0]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Form-Token": token}
    answer = editor.client.post(f"{BASE}/labels/one", content=body, headers=headers)
    assert answer.status_code == 200
    assert "\x00" not in answer.text
    odd = {"match.kind": "all", "match.all.x.kind": "search", "match.all.-1.kind": "ai", "id": "x"}
    assert editor.post(f"{BASE}/labels/one", odd).status_code in (200, 422)
    assert stored_settings(shop.row()).labels == ()


def test_a_file_is_exported_and_imported(shop: Shop, editor: Browser) -> None:
    text = editor.get("/datasets/shop/settings.toml").text
    file = {"file": ("shop.toml", (text + "\n[visits]\ngap_minutes = 45\n").encode())}
    shown = editor.post(f"{BASE}/import", {}, files=file)
    assert "This would change 1 setting." in shown.text
    assert stored_settings(shop.row()).visits.gap_minutes == 30
    for data in (b"", b"\xff\xfe", b"x" * (2 << 20)):
        assert editor.post(f"{BASE}/import", {}, files={"file": ("x.toml", data)}).status_code == 422


def test_ready_made_labels_are_added(shop: Shop, editor: Browser) -> None:
    taken(editor, f"{BASE}/labels/tasks", {"task": "goal", "goal": "/thanks*"})
    taken(editor, f"{BASE}/labels/tasks", {"task": "engines"})
    ids = [one.id for one in stored_settings(shop.row()).labels]
    assert ids == ["reached-goal", "missed-goal", "from-google", "from-bing"]
    refused = editor.post(f"{BASE}/labels/tasks", {"task": "goal"})
    assert refused.status_code == 422
    assert "--" not in refused.text.partition("<main")[2]


def test_faults_of_stored_settings_lead_to_the_file(shop: Shop, boss: Browser) -> None:
    shop.store(settings=json.loads('{"visits": {"gap_minutes": "many"}}'))
    page = boss.get(BASE)
    assert page.status_code == 200
    assert "in the file" in page.text
    assert boss.get(f"{BASE}/labels").status_code in (422, 500, 503)


COSTS = b"date,campaign,cost,clicks\n2015-05-16,spring,10.50,3\n2015-05-17,<b>autumn</b>,0.25,1\n"


def test_costs_are_shown_then_taken_and_forgotten(shop: Shop, read: Place, editor: Browser) -> None:
    path = f"{BASE}/costs"
    shown = editor.post(f"{path}/try", {"name": "ads.csv"}, files={"file": ("x.csv", COSTS)}).text
    assert "2 rows of 2 campaigns, 2015-05-16 to 2015-05-17, 10.75 EUR." in shown
    assert "&lt;b&gt;autumn" in shown
    assert "<b>autumn" not in shown
    assert shop.run("costs", "list", "shop", "--json").out.strip() == "[]"
    (packed,) = re.findall(r'name="packed" value="(.*?)"', shown)
    before = len(shop.messages())
    assert editor.post(path, {"name": "ads.csv", "packed": packed}).status_code == 303
    assert shop.messages()[before:] == ["fetch.finished"]
    assert "2 rows of ads.csv are kept" in editor.get(path).text
    again = editor.post(f"{path}/try", {}, files={"file": ("ads.csv", COSTS)}).text
    assert "It takes the place of 2 rows of that name." in again
    campaign = {"name": "spring", "match.parameter": "src=spring", "cost.kind": "file", "cost.file": "ads.csv"}
    taken(editor, f"{BASE}/campaigns/one", campaign)
    assert editor.post(f"{path}/remove", {"name": "ads.csv"}).status_code == 422, "a campaign needs it"
    taken(editor, f"{BASE}/campaigns/list", {"name": "spring", "move": "remove"})
    assert editor.post(f"{path}/remove", {"name": "ads.csv"}).status_code == 303
    assert [one.what for one in audit.entries(read.catalog, about="shop", what="costs.import")] == ["costs.import"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"date,campaign,cost\n2015-05-16,spring,ten\n", "line 2"),
        (b"", "No file was chosen"),
        (b"\x00\x01", "zero bytes"),
        (b"x" * (5 << 20), "bigger than 4 MiB"),
    ],
)
def test_a_file_of_costs_with_faults_names_the_line(editor: Browser, data: bytes, said: str) -> None:
    answer = editor.post(f"{BASE}/costs/try", {}, files={"file": ("x.csv", data)})
    assert answer.status_code == 422
    assert said in answer.text
    assert editor.post(f"{BASE}/costs", {"name": "x", "packed": "%%%"}).status_code == 422


MAIL = {"id": "weekly", "to": "ann@fruit.test", "reports": ["overview", "pages"], "period": "week", "time": "07:30",
        "compare": "year"}  # fmt: skip


def test_an_e_mail_is_shown_in_a_frame_and_sent_as_a_test(shop: Shop, read: Place, editor: Browser) -> None:
    form = {**MAIL, "introduction": "<b>Good morning.</b>"}
    shown = editor.post(f"{BASE}/mails/preview", form)
    assert shown.status_code == 200
    assert "sandbox; default-src 'none'" in shown.headers["content-security-policy"]
    assert "To: ann@fruit.test" in shown.text
    assert "&lt;b&gt;Good morning." in shown.text
    assert "cid:" not in shown.text
    assert "Mend what is wrong first" in editor.post(f"{BASE}/mails/preview", {**form, "to": "nobody"}).text
    assert stored_settings(shop.row()).mails == ()
    assert 'sandbox class="mail"' in editor.get(f"{BASE}/mails/one").text
    taken(editor, f"{BASE}/mails/one", form)
    (mail,) = stored_settings(shop.row()).mails
    assert (mail.reports, mail.time, mail.compare) == (("overview", "pages"), "07:30", "year")
    refused = editor.post(f"{BASE}/mails/test", {"name": "weekly", "to": "me@fruit.test"})
    assert "E-mail is not set up" in refused.text
    with mail_server() as server:
        place = Place(load_settings(server.settings(), data=shop.data), read.catalog)
        eve = Browser(place)
        eve.sign_in("eve")
        assert eve.post(f"{BASE}/mails/test", {"name": "weekly", "to": "me@fruit.test"}).status_code == 303
        assert [to for to, _ in server.taken] == ["me@fruit.test"]
        assert eve.post(f"{BASE}/mails/test", {"name": "weekly", "to": "me@fruit.test\nx"}).status_code == 422
        boss = with_account(place, "boss", "administrator")
        assert boss.post(f"{BASE}/alerts/test", {}).status_code == 422, "nobody is told"
        taken(boss, f"{BASE}/alerts", {"alerts.to": "ann@fruit.test\r\nbob@fruit.test", "alerts.dead_letters": "true"})
        assert boss.post(f"{BASE}/alerts/test", {}).status_code == 303
        assert "ann@fruit.test: reached; bob@fruit.test: reached" in boss.get(f"{BASE}/alerts").text


def test_a_target_is_tested_and_its_password_never_shown(shop: Shop, boss: Browser, editor: Browser) -> None:
    folder = shop.root / "mirror"
    taken(boss, f"{BASE}/targets/one", {"name": "mirror", "location": str(folder)})
    path = f"{BASE}/targets/one?name=mirror"
    assert boss.post(f"{BASE}/targets/test", {"name": "mirror"}).status_code == 303
    assert "The target answers." in boss.get(path).text
    assert not folder.exists()
    assert boss.post(f"{BASE}/targets/password", {"name": "mirror", "password": "s3cret word"}).status_code == 303
    page = boss.get(path).text
    assert "One is kept, sealed" in page
    assert "s3cret" not in page + boss.get("/audit").text
    assert boss.post(f"{BASE}/targets/password", {"name": "mirror", "password": ""}).status_code == 303
    assert "None is kept." in boss.get(path).text
    for action in ("test", "password"):
        assert editor.post(f"{BASE}/targets/{action}", {"name": "mirror", "password": "x"}).status_code == 403
        assert boss.post(f"{BASE}/targets/{action}", {"name": "other"}).status_code in (404, 422)


def test_exclusions_say_how_many_visits_they_are_of(editor: Browser) -> None:
    form = {"exclude.addresses": "192.0.2.1\r\n192.0.2.999", "exclude.pages.0.kind": "starts_with"}
    form |= {"exclude.pages.0.starts_with": "/thanks", "count-from": "2015-05-17"}
    told = editor.post(f"{BASE}/exclude/count", {**form, "exclude.addresses": "192.0.2.1"}).text
    assert "<strong>1</strong> of 4 visits come from these addresses" in told
    assert "<strong>2</strong> of 4 visits saw one of these pages" in told
    assert 'data-fault="fault-f-exclude-addresses">' in editor.post(f"{BASE}/exclude/count", form).text


def test_retention_says_what_it_would_delete(editor: Browser) -> None:
    path = f"{BASE}/retention"
    shown = editor.post(path, {"retention.raw_days": "1", "retention.hits_days": "30", "retention.reports_days": "30"})
    assert "hits of the days from 2015-05-17 to before" in shown.text
    assert "published periods: 1 that end before" in shown.text
    assert "Taken, this is deleted" not in editor.post(path, {"retention.hits_days": "36500"}).text


def test_what_was_entered_stays_when_another_criterion_is_chosen(editor: Browser) -> None:
    one = {"match.kind": "saw_page", "match.saw_page.kind": "contains", "match.saw_page.contains": "/a"}
    joined = editor.post(f"{BASE}/labels/one", {**one, "match.kind": "any", "do": "again"}).text
    assert re.search(r'name="match.any.0.saw_page.text" value="/a"', joined)
    other = editor.post(f"{BASE}/labels/one", {**one, "match.kind": "exit_page", "do": "again"}).text
    assert re.search(r'name="match.exit_page.text" value="/a"', other)
    several = editor.post(f"{BASE}/labels/one", {**NESTED, "match.kind": "all", "do": "again"}).text
    assert re.search(r'name="match.all.1.all.0.saw_page.text" value="/thanks"', several)
    way = editor.post(
        f"{BASE}/labels/one", {**one, "match.saw_page.kind": "any_of", "match.saw_page.text": "/a", "do": "again"}
    ).text
    assert re.search(r'<textarea name="match.saw_page.text"[^>]*>\s*/a</textarea>', way)
    number = editor.post(f"{BASE}/labels/one", {**one, "match.kind": "page_views", "do": "again"}).text
    assert 'name="match.page_views.min" value=""' in number
