"""Copies fetched from a real site: politely, from nowhere else, whatever the site answers; published once, cleaned."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from console import datasets as registry
from console.demo import site as shop
from reporter.overlay.addresses import Addresses
from reporter.overlay.archive import Archive
from reporter.overlay.guest import Busy, Guest
from reporter.overlay.round import Subject, Tried, fetch_copies
from reporter.overlay.schedule import Round, Scheduler, due
from reporter.overlay.web import NotFetched, Web
from shared.catalog import Catalog, open_catalog
from shared.catalog.schema import overlay_plans, snapshots
from shared.dataset_settings import DatasetSettings
from shared.errors import Rejected, Transient
from shared.process import make_tools
from shared.settings import Settings
from shared.site import Site as SiteFacts
from tests.overlay_site import HTML, Reply, Site, page, redirect, served

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
AGENT = "copies of the shop"


class StillClock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now_s, self.waited = 0.0, []

    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.now_s)

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.waited.append(round(seconds, 3))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    yield opened
    opened.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with served({}) as site:
        yield site


def settings_of(site: Site, **overlay: Any) -> DatasetSettings:
    given = {"base": site.url, "allow_private": True, "delay_seconds": 0, "user_agent": AGENT}
    return DatasetSettings.model_validate({"dataset": {"hosts": ["www.shop.test"]}, "overlay": given | overlay})


def guest_of(site: Site, clock: StillClock | None = None, *, answer_s: float = 20, **overlay: Any) -> Guest:
    settings = settings_of(site, **overlay)
    web = Web(AGENT, settings.overlay.allow_private, answer_s=answer_s)
    addresses = Addresses(settings, SiteFacts(), ())
    return Guest(web, addresses, delay_s=settings.overlay.delay_seconds, clock=clock or StillClock())


def subject_of(site: Site, catalog: Catalog, root: Path, names: Sequence[str], **overlay: Any) -> Subject:
    settings = settings_of(site, **overlay)
    addresses = Addresses(settings, SiteFacts(), ())
    (root / "published" / "shop").mkdir(parents=True, exist_ok=True)
    return Subject(settings, addresses, Archive(catalog, root / "data", "shop"), names, root / "published" / "shop")


def published(root: Path) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """What ``pages.js`` says, and the copies, by page."""
    folder = root / "published" / "shop" / "overlay"
    pages = {one["page"]: one for one in read(folder / "pages.js")}
    copies = {name: read(folder / f"c-{one['copy']}.js") for name, one in pages.items() if one["copy"]}
    return pages, copies


def read(path: Path) -> Any:
    text = path.read_text()
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])


# --- One request


def test_a_private_address_is_not_asked_unless_that_is_allowed(site: Site) -> None:
    site.replies["/"] = page("x")
    with pytest.raises(NotFetched, match=r"127\.0\.0\.1 is a private address.*allow_private"):
        guest_of(site, allow_private=False).get(f"{site.url}/", 100)
    assert site.asked == []
    assert guest_of(site).get(f"{site.url}/", 100).body == b"x"
    assert site.asked == [("/robots.txt", AGENT), ("/", AGENT)]


def test_the_connection_goes_to_the_address_that_was_judged(site: Site) -> None:
    """A name server that answers otherwise the second time (rebinding) is not asked a second time."""
    site.replies["/x"] = page("mine")
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.255.255.1"]

    assert Web(AGENT, True, resolve).get(f"http://www.shop.test:{site.port}/x", 100).body == b"mine"
    assert asked == ["www.shop.test"]


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], [], ["fe80::1"]],
)
def test_a_host_of_which_one_address_is_inside_is_not_asked(site: Site, answers: list[str]) -> None:
    with pytest.raises(NotFetched):
        Web(AGENT, False, lambda *_: answers).get(f"http://www.shop.test:{site.port}/", 100)
    assert site.asked == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://evil.test/", "evil.test is no host of the data set"),
        ("http://169.254.169.254/latest/meta-data", "is no host of the data set"),
        ("http://127.0.0.1:1/", "port 1 is not the site's"),
        ("file:///etc/passwd", "to an address that is none"),
        ("gopher://127.0.0.1/", "to an address that is none"),
        ("//evil.test/x", "evil.test is no host"),
        ("/secret/x", "robots.txt forbids /secret/x"),
        ("/loop", "more than 5 redirects"),
    ],
)  # fmt: skip
def test_each_redirect_is_judged_as_the_first_address(site: Site, target: str, why: str) -> None:
    site.replies |= {
        "/robots.txt": b"User-agent: *\nDisallow: /secret\n",
        "/": redirect(target), "/loop": redirect("/loop"), "/secret/x": page("x"),
    }  # fmt: skip
    with pytest.raises(NotFetched, match=why):
        guest_of(site).get(f"{site.url}/", 100)
    assert "/secret/x" not in site.paths


def test_a_redirect_within_the_site_is_followed(site: Site) -> None:
    site.replies |= {"/a": redirect("b?x=1"), "/b?x=1": page("there")}
    answer = guest_of(site).get(f"{site.url}/a", 100)
    assert (answer.body, answer.url) == (b"there", f"{site.url}/b?x=1")


def endless(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass


def dripping(handler: Any) -> None:
    """A byte now and then: never silent for long, never done."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X")
            time.sleep(0.05)
    except OSError:
        pass


def raw(data: bytes) -> Callable[[Any], None]:
    return lambda handler: handler.wfile.write(data)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (page("x" * 5000), "larger than"),
        (endless, "larger than"),
        ((200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"x" * 1_000_000)), "larger than"),
        ((200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"x")[:-9]), "ends early"),
        ((200, {**HTML, "Content-Encoding": "gzip"}, b"no gzip"), "127.0.0.1"),
        ((200, {**HTML, "Content-Encoding": "br"}, b"x"), "packed as 'br'"),
        (dripping, "no whole answer within 0.5 s"),
        (raw(b"SSH-2.0-x\r\n"), "no whole answer of HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"), "ends early"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nx"), "no whole answer of HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"), "no whole answer of HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n"), "no whole answer of HTTP"),
        ((404, {}, b""), "status 404"), ((500, {}, b""), "status 500"), ((204, {}, b""), ""),
    ],
)  # fmt: skip
def test_whatever_a_site_answers_ends_soon_and_small(site: Site, reply: Reply, why: str) -> None:
    site.replies["/"] = reply
    began = time.monotonic()
    if why:
        with pytest.raises(NotFetched, match=why):
            guest_of(site, answer_s=0.5).get(f"{site.url}/", 1000)
    else:
        assert guest_of(site).get(f"{site.url}/", 1000).body == b""
    assert time.monotonic() - began < 180


def test_a_packed_answer_is_unpacked(site: Site) -> None:
    site.replies["/"] = (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"hello"))
    assert guest_of(site).get(f"{site.url}/", 5).body == b"hello"


def test_a_port_where_nobody_answers_is_told(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotFetched, match="does not answer: Connection refused"):
            Web(AGENT, True).get(f"http://127.0.0.1:{taken.getsockname()[1]}/", 100)
    with pytest.raises(NotFetched, match=r"the host nobody\.test is not known"):
        Web(AGENT, True, lambda *_: (_ for _ in ()).throw(socket.gaierror(-2, "Name or service not known"))).get(
            "http://nobody.test/", 9
        )


def test_a_certificate_that_nobody_vouches_for_is_refused(site: Site, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            try:
                context.wrap_socket(client, server_side=True).close()
            except OSError:
                client.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(NotFetched, match="certificate is not trusted"):
            Web(AGENT, True).get(f"https://127.0.0.1:{listener.getsockname()[1]}/", 100)
        thread.join(10)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1)).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "server.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


# --- Manners


def test_robots_txt_is_obeyed_with_wildcards(site: Site) -> None:
    site.replies |= {
        "/robots.txt": b"User-agent: *\nDisallow: /*?sort=\nDisallow: /private$\nAllow: /private/x\n\nUser-agent: other\nDisallow: /\n",
        "/a": page("a"), "/private/x": page("x"), "/a?sort=1": page("s"), "/private": page("p"),
    }  # fmt: skip
    guest = guest_of(site)
    assert guest.get(f"{site.url}/a", 10).body == b"a" and guest.get(f"{site.url}/private/x", 10).body == b"x"
    for path in ("/a?sort=1", "/private"):
        with pytest.raises(NotFetched, match=r"robots\.txt forbids"):
            guest.get(f"{site.url}{path}", 10)
    assert site.paths == ["/robots.txt", "/a", "/private/x"]


@pytest.mark.parametrize(
    "reply",
    [(500, {}, b""), (503, {}, b""), (429, {}, b""), redirect("http://evil.test/robots.txt"), redirect("/robots.txt")],
)
def test_where_nobody_can_say_what_is_allowed_nothing_is_asked(site: Site, reply: Reply) -> None:
    site.replies |= {"/robots.txt": reply, "/": page("x")}
    with pytest.raises(NotFetched, match=r"since its robots\.txt cannot be read"):
        guest_of(site).get(f"{site.url}/", 10)
    assert set(site.paths) == {"/robots.txt"}


def test_there_is_a_pause_between_requests_as_long_as_the_site_asks_for(site: Site) -> None:
    site.replies |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 4\n", "/a": page("a"), "/b": page("b")}
    clock = StillClock()
    guest = guest_of(site, clock, delay_seconds=1.5)
    for name in ("a", "b"):
        guest.get(f"{site.url}/{name}", 10)
    assert clock.waited == [4.0, 4.0]
    clock, site.replies["/robots.txt"] = StillClock(), b""
    guest = guest_of(site, clock, delay_seconds=1.5)
    for name in ("a", "b"):
        guest.get(f"{site.url}/{name}", 10)
    assert clock.waited == [1.5, 1.5]


def test_a_pause_too_long_to_wait_for_is_not_cut_short(site: Site) -> None:
    site.replies |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 3600\n", "/a": page("a")}
    with pytest.raises(NotFetched, match="pauses of 3600 s"):
        guest_of(site).get(f"{site.url}/a", 10)
    assert site.paths == ["/robots.txt"]


def test_a_site_that_is_busy_is_left_alone(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    site.replies |= {"/a": (429, {"Retry-After": "60"}, b""), "/b": page("b")}
    with pytest.raises(Busy):
        guest_of(site).get(f"{site.url}/a", 10)
    site.asked.clear()
    tried = fetch_copies(subject_of(site, catalog, tmp_path, ["/a", "/b"]), StillClock())
    assert [one.error for one in tried] == ["the site asks to come again later (status 429)"] * 2
    assert "/b" not in site.paths


# --- A round


def shop_replies() -> dict[str, Reply]:
    found: dict[str, Reply] = {}
    for path in (
        "/",
        "/apples",
        "/about",
        "/style.css",
        "/type.css",
        "/paper.svg",
        "/robots.txt",
        *(f"/fruit/{one}.svg" for one in shop.PRODUCTS),
    ):
        kind, data = shop.answer(path) or ("", b"")
        found[path] = (200, {"Content-Type": kind}, data)
    return found


def test_pages_are_copied_with_all_that_belongs_to_them_each_asked_for_once(
    site: Site, catalog: Catalog, tmp_path: Path
) -> None:
    site.replies |= shop_replies()
    subject = subject_of(site, catalog, tmp_path, ["/", "/apples", "/about", "/checkout"], pages=3)
    assert fetch_copies(subject, StillClock()) == [Tried("/", ""), Tried("/apples", ""), Tried("/about", "")]
    assert len(site.paths) == len(set(site.paths))
    pages, copies = published(tmp_path)
    assert set(pages) == {"/", "/apples", "/about"} and pages["/"]["title"] == "Fresh fruit · Fruit shop"
    home = "".join(copies["/"]["html"])
    assert "Georgia" in home and "<script" not in home and "@import" not in home
    folder = tmp_path / "published" / "shop" / "overlay"
    for copy in copies.values():
        assert copy["media"] and all((folder / f"m-{name}.js").is_file() for name in copy["media"])
    assert ["exit", "https://orchard-growers.test/visit", "Orchard Growers", True] in copies["/about"]["links"]
    assert site.url not in home and "127.0.0.1" not in home


def test_nothing_is_written_again_when_nothing_changed(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    site.replies |= shop_replies()
    subject = subject_of(site, catalog, tmp_path, ["/", "/apples"])
    fetch_copies(subject, StillClock())
    folder = tmp_path / "published" / "shop" / "overlay"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.suffix == ".js"}
    kept = sorted(path for path in subject.archive.folder.glob("??/*"))
    fetch_copies(subject, StillClock())
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.suffix == ".js"} == before
    assert sorted(path for path in subject.archive.folder.glob("??/*")) == kept


def test_a_page_that_changed_takes_the_place_of_its_copy(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    site.replies |= {"/a": page("<p>old<img src=/x.png>"), "/x.png": (200, {}, PNG)}
    subject = subject_of(site, catalog, tmp_path, ["/a"])
    fetch_copies(subject, StillClock())
    site.replies["/a"] = page("<p>new")
    fetch_copies(subject, StillClock())
    _, copies = published(tmp_path)
    assert "new" in copies["/a"]["html"][0] and copies["/a"]["media"] == []
    assert len(list((tmp_path / "published" / "shop" / "overlay").glob("[cm]-*.js"))) == 1
    assert len(list(subject.archive.folder.glob("??/*"))) == 2  # the page and its capture


def test_of_a_page_that_fails_the_copy_of_before_stays_and_why_is_told(
    site: Site, catalog: Catalog, tmp_path: Path
) -> None:
    site.replies["/a"] = page("<p>kept")
    subject, clock = subject_of(site, catalog, tmp_path, ["/a", "/b"]), StillClock()
    told: list[Tried] = []
    fetch_copies(subject, clock, told=told.append)
    del site.replies["/a"]
    clock.now_s = 86_400
    fetch_copies(subject, clock)
    assert told == [Tried("/a", ""), Tried("/b", "the site answers with status 404")]
    pages, copies = published(tmp_path)
    assert "kept" in copies["/a"]["html"][0]
    assert (pages["/a"]["fetched"], pages["/a"]["tried"]) == ("2026-03-01 00:00 UTC", "2026-03-02 00:00 UTC")
    assert (
        pages["/a"]["error"] == pages["/b"]["error"] == "the site answers with status 404"
        and pages["/b"]["copy"] is None
    )


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ((200, {"Content-Type": "image/png"}, PNG), "it is no page but image/png"),
        ((200, {}, b"<p>x"), "it is no page but of no known type"),
        (redirect("/login"), "it leads to another page, /login"),
        (redirect("/a?utm_source=x"), ""),
    ],
)  # fmt: skip
def test_what_is_no_copy_of_the_page_is_not_kept_as_one(
    site: Site, catalog: Catalog, tmp_path: Path, reply: Reply, why: str
) -> None:
    site.replies |= {"/a": reply, "/login": page("log in"), "/a?utm_source=x": page("a")}
    (tried,) = fetch_copies(subject_of(site, catalog, tmp_path, ["/a"]), StillClock())
    assert tried == Tried("/a", why)


def test_assets_of_other_hosts_too_large_or_forbidden_are_left_out_and_counted(
    site: Site, catalog: Catalog, tmp_path: Path
) -> None:
    images = "".join(
        f"<img src='{one}'>"
        for one in ("/ok.png", "/large.png", "/secret.png", "http://evil.test/x.png", "/lost.png", "/page.png")
    )
    site.replies |= {
        "/robots.txt": b"User-agent: *\nDisallow: /secret\n", "/a": page(images), "/ok.png": (200, {}, PNG), "/secret.png": (200, {}, PNG),
        "/large.png": (200, {}, PNG + b"x" * (2 << 20)), "/page.png": page("<script>alert(1)</script>"),
    }  # fmt: skip
    fetch_copies(subject_of(site, catalog, tmp_path, ["/a"]), StillClock())
    pages, copies = published(tmp_path)
    assert len(copies["/a"]["media"]) == 1 and pages["/a"]["missing"] == 4
    assert "/secret.png" not in site.paths


def test_a_page_that_names_a_thousand_images_is_kept_with_so_many_as_there_may_be(
    site: Site, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.overlay.capture.MOST_ASSETS", 5)
    site.replies |= {"/a": page("".join(f"<img src=/{n}.png>" for n in range(1000)))}
    site.replies |= {f"/{n}.png": (200, {}, PNG + bytes([n % 256])) for n in range(1000)}
    fetch_copies(subject_of(site, catalog, tmp_path, ["/a"]), StillClock())
    assert len(site.paths) == 7 and published(tmp_path)[0]["/a"]["missing"] == 995


def test_only_analysed_pages_are_fetched_by_name_or_address(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    site.replies |= {"/a": page("a"), "/b": page("b")}
    subject = subject_of(site, catalog, tmp_path, ["/a", "/b"], pages=1)
    assert fetch_copies(subject, StillClock(), pages=["/b", f"{site.url}/b?utm_source=x", "b"]) == [Tried("/b", "")]
    for wrong in ("/c", "http://evil.test/a", "javascript:alert(1)", "/files/x.pdf"):
        with pytest.raises(Rejected, match="none of the analysed pages"):
            fetch_copies(subject, StillClock(), pages=[wrong])
    fetch_copies(subject, StillClock())
    assert set(published(tmp_path)[0]) == {"/a", "/b"}  # what was asked for stays
    fetch_copies(subject_of(site, catalog, tmp_path, ["/a"]), StillClock())
    assert set(published(tmp_path)[0]) == {"/a"}  # until nobody views it any more


def test_a_copy_whose_files_were_lost_is_none_until_it_is_fetched_again(
    site: Site, catalog: Catalog, tmp_path: Path
) -> None:
    site.replies |= {"/a": page("a"), "/b": page("b")}
    subject = subject_of(site, catalog, tmp_path, ["/a", "/b"])
    fetch_copies(subject, StillClock())
    for folder in (subject.archive.folder, tmp_path / "published" / "shop" / "overlay"):
        for path in [*folder.glob("??/*"), *folder.glob("c-*.js")]:
            path.unlink()
    fetch_copies(subject, StillClock(), pages=["/b"])
    assert set(published(tmp_path)[1]) == {"/b"}
    fetch_copies(subject, StillClock())
    assert set(published(tmp_path)[1]) == {"/a", "/b"}


def test_two_rounds_of_a_data_set_do_not_meet(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    subject = subject_of(site, catalog, tmp_path, ["/a"])
    with subject.archive.alone(), pytest.raises(Transient, match="being fetched already"):
        fetch_copies(subject, StillClock())


def test_hostile_pages_are_published_harmless(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    site.replies["/a"] = page(
        "</script><script>alert(1)</script><a href='javascript:1'>x</a><a href='/b</script>'>y</a>\u2028<title></title>"
    )
    site.replies["/robots.txt"] = b"\xff\xfe\x00garbage" * 100
    fetch_copies(subject_of(site, catalog, tmp_path, ["/a"]), StillClock())
    pages, copies = published(tmp_path)
    text = (tmp_path / "published" / "shop" / "overlay" / f"c-{pages['/a']['copy']}.js").read_bytes()
    assert b"<script" not in text and text.isascii()
    assert copies["/a"]["links"] == [["page", "/b%3C/script%3E", "y", True]]


# --- The timetable


def test_a_round_is_due_when_the_schedule_says_once_whoever_asks(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    catalog = open_catalog(settings.catalog_url)
    clock = StillClock()
    tools = make_tools(settings, catalog, "test")
    tools = type(tools)(catalog, tools.transport, tools.store, settings, clock, tools.log)
    place = registry.read_place(str(tmp_path))
    chosen = DatasetSettings.model_validate({"dataset": {"name": "shop"}, "overlay": {"schedule": "0 3 * * *"}})
    name = registry.register(catalog, place, chosen, registry.Access(), now=clock.now())
    try:
        assert due(tools) == []  # planned now, for the next time
        clock.now_s = 3 * 3600 - 1
        assert due(tools) == []
        clock.now_s = 3 * 3600
        assert due(tools) == [Round(name)] and due(tools) == []
        clock.now_s = 10 * 86_400
        assert due(tools) == [Round(name)] and due(tools) == []  # what was missed is made up once
        scheduler = Scheduler()
        clock.now_s = 11 * 86_400
        scheduler.tick(tools)
        scheduler.join(20)  # it has not been analysed: told in the log, and nothing else
        assert due(tools) == []
        registry.register(
            catalog,
            place,
            DatasetSettings.model_validate({"dataset": {"name": "shop"}}),
            registry.Access(),
            now=clock.now(),
        )
        assert due(tools) == []
        with catalog.read() as connection:
            assert connection.execute(sa.select(overlay_plans)).first() is None
            assert connection.execute(sa.select(snapshots)).first() is None
    finally:
        tools.transport.close()
        catalog.close()
