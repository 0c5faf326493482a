"""What every target promises, whatever it speaks: one suite of laws, run against real servers of every kind."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reporter import assets
from reporter.targets.folder import FolderTarget
from reporter.targets.ftp import FtpTarget
from reporter.targets.hands import Hands
from reporter.targets.leave import leave
from reporter.targets.opener import Access, open_target
from reporter.targets.records import RECORD
from reporter.targets.s3 import headers
from reporter.targets.sync import Asked, synchronise
from reporter.targets.target import Target
from reporter.targets.transferred import Transferred
from shared.errors import Misconfigured, Unreachable
from shared.target_location import TargetLocation, read_target_location
from tests.contract.test_source_laws import _trusted
from tests.jdc import Faults, ftp_server, sftp_server
from tests.jdc_s3 import s3_client, s3_server
from tests.mirror_case import Publication, dead_ends, hidden, leftovers, published, visible

USER, PASSWORD = "pro", "pa:ss wörd"
ALL = "elradfmwMT"


@dataclass
class Place:
    """A target on a server of its own; ``look`` reads it past the server, ``write`` is somebody else's hand in it."""

    kind: str
    open: Callable[[str | None], Target]
    look: Callable[[], dict[str, bytes]]
    write: Callable[[str, bytes | None], None]
    faults: Faults
    peek: Callable[[str], bytes]
    opened: list[Target] = field(default_factory=list)

    def target(self, password: str | None = PASSWORD) -> Target:
        target = self.open(password)
        self.opened.append(target)
        return target

    def mend(self) -> None:
        self.faults.shut = False
        self.faults.cut_puts.clear()


KINDS = (
    "folder",
    "ftp",
    "ftp-active",
    "ftp-names",
    "ftp-home",
    "ftps-explicit",
    "ftps-implicit",
    "sftp",
    "sftp-old",
    "s3",
)
ONE_HAND = ("folder", "ftp-active")
"""pyftpdlib loses sight of a client when another has a data connection that it opened itself."""
REMOTE = [kind for kind in KINDS if kind != "folder"]


def _files(root: Path) -> dict[str, bytes]:
    return {str(one.relative_to(root)): one.read_bytes() for one in sorted(root.rglob("*")) if one.is_file()}


def _folder_place(kind: str, served: Path, faults: Faults, open_one: Callable[[str | None], Target]) -> Place:
    base = served / "web/reports"

    def write(path: str, data: bytes | None) -> None:
        file = base / path
        if data is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    return Place(
        kind,
        open_one,
        lambda: _files(base) if base.exists() else {},
        write,
        faults,
        lambda path: (base / path).read_bytes(),
    )


def _ftp(kind: str, stack: ExitStack, served: Path, faults: Faults) -> str:
    options: dict[str, object] = {"perm": ALL}
    if kind.startswith("ftps"):
        options |= {"tls": _trusted(stack), "implicit": kind == "ftps-implicit"}
    more: dict[str, dict[str, object]] = {
        "ftp-active": {"passive": False}, "ftp-names": {"listing": "names"}, "ftp-home": {"home": "/web"}
    }  # fmt: skip
    options |= more.get(kind, {})
    return stack.enter_context(ftp_server(served, USER, PASSWORD, faults=faults, **options))  # type: ignore[arg-type]


def _s3_place(stack: ExitStack, faults: Faults) -> Place:
    bucket = f"reports-{uuid.uuid4().hex}"  # the server keeps them as long as this process lives
    url = stack.enter_context(s3_server(bucket, USER, PASSWORD, faults=faults))
    client = s3_client(url, USER, PASSWORD)
    stack.callback(client.close)

    def look() -> dict[str, bytes]:
        faults.shut = False
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="web/reports/")
        keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        bodies = {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
        return {key.removeprefix("web/reports/"): data for key, data in bodies.items()}

    def write(path: str, data: bytes | None) -> None:
        if data is None:
            client.delete_object(Bucket=bucket, Key=f"web/reports/{path}")
        else:
            client.put_object(Bucket=bucket, Key=f"web/reports/{path}", Body=data)

    def open_one(password: str | None) -> Target:
        access = Access(USER, password, 5.0, Path("none"), url, None)
        return open_target(read_target_location(f"s3://{bucket}/web/reports"), access)

    return Place("s3", open_one, look, write, faults, lambda path: look()[path])


def _place(kind: str, stack: ExitStack, tmp_path: Path) -> Place:
    faults, served = Faults(), tmp_path / "served"
    (served / "web").mkdir(parents=True)
    if kind == "s3":
        return _s3_place(stack, faults)
    if kind == "folder":
        return _folder_place(kind, served, faults, lambda _: FolderTarget(served / "web/reports"))
    if kind.startswith("sftp"):
        server = sftp_server(served, USER, PASSWORD, faults=faults, writable=True, posix=kind == "sftp")
        url = stack.enter_context(server)
    else:
        url = _ftp(kind, stack, served, faults)
    location = read_target_location(f"{url}~/reports" if kind == "ftp-home" else f"{url}web/reports")

    def open_one(password: str | None) -> Target:
        if kind == "ftps-implicit":
            return FtpTarget(location, USER, password, timeout_s=10.0, implicit=True)
        return open_target(location, Access(USER, password, 10.0, tmp_path / "known_hosts"))

    return _folder_place(kind, served, faults, open_one)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    yield from _opened(request.param, tmp_path)


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    yield from _opened(request.param, tmp_path)


def _opened(kind: str, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        place = _place(kind, stack, tmp_path)
        yield place
        for target in place.opened:
            target.close()


@pytest.fixture(scope="module", autouse=True)
def _small_assets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What draws charts is a megabyte, which every law would bring again and again."""
    folder = tmp_path_factory.mktemp("assets")
    (folder / "static").mkdir()
    for one in (Path(assets.__file__).parent / "static").iterdir():
        (folder / "static" / one.name).write_bytes(one.read_bytes()[:1000])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "files", lambda _: folder)
        patch.setattr(assets, "_bundle", lambda: b"draw();" * 1000)
        patch.setattr(assets, "_cache", lambda: folder / "kept")
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "published"


def sync(place: Place, root: Path, *, everything: bool = False, hands: int = 2, dataset: str = "shop") -> Transferred:
    asked = Asked(root, dataset, "the place", "key", everything)
    held = Hands(place.target, 1 if place.kind in ONE_HAND else hands)
    try:
        return synchronise(asked, held)
    finally:
        held.close()


def some(days: int = 3, **reports: str) -> Publication:
    return Publication(
        {f"2026-01-{day:02}": {"pages": f"pages {day}", "trend": f"{day}", **reports} for day in range(1, days + 1)}
    )


def in_step(place: Place, root: Path) -> None:
    there = place.look()
    assert visible(there) == published(root)
    assert dead_ends(there) == []
    assert leftovers(there) == []


# What a target does


def test_a_file_that_was_put_is_read_and_listed_and_replaced(place: Place) -> None:
    target = place.target()
    assert target.read("a/b c/ü.html") is None
    assert target.names("a") == target.names("") == frozenset()
    for data in (b"one", b"", b"three" * 200_000):
        target.put("a/b c/ü.html", data)
        assert target.read("a/b c/ü.html") == data
    target.put("a/second", b"2")
    assert target.names("a") == {"b c", "second"}
    assert target.names("a/b c") == {"ü.html"}
    assert place.look() == {"a/b c/ü.html": b"three" * 200_000, "a/second": b"2"}


def test_what_is_removed_is_gone_and_what_is_not_there_may_be_removed(place: Place) -> None:
    target = place.target()
    target.put("a/b/c", b"1")
    target.put("a/b/d", b"1")
    target.remove("a/b/c")
    target.remove("a/b/c")
    target.remove("x/y")
    target.remove_folder("a/b")
    assert target.names("a/b") == {"d"}
    target.remove("a/b/d")
    target.remove_folder("a/b")
    target.remove_folder("a/b")
    assert target.names("a") == frozenset()
    target.put("a/b/c", b"again")
    assert target.read("a/b/c") == b"again"


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/x", "a//b", "a/./b", "", "a\\b", "a\r\nDELE b", "a\0", ".."])
def test_no_name_leads_out_of_the_folder(place: Place, path: str) -> None:
    target = place.target()
    target.put("a/keep", b"1")
    for act in (lambda: target.put(path, b"evil"), lambda: target.remove(path), lambda: target.read(path)):
        with pytest.raises(ValueError, match="leads out"):
            act()
    assert place.look() == {"a/keep": b"1"}


def test_a_closed_target_connects_again(place: Place) -> None:
    target = place.target()
    for number in range(3):
        target.put("a/b", bytes([number]))
        target.close()
        target.close()
    assert target.read("a/b") == b"\2"


def test_wrong_credentials_are_said_to_be_wrong(remote: Place) -> None:
    if remote.kind == "s3":
        return  # this server lets everybody in
    with pytest.raises(Misconfigured) as caught:
        remote.target("wrong").names("")
    assert caught.value.reason == "credentials_refused"
    assert "wrong" not in str(caught.value).replace("wrong password", "")


def test_a_reader_sees_the_file_before_or_after_whole(place: Place) -> None:
    """While it is replaced again and again by one of another size."""
    if place.kind in ("sftp-old", "s3"):
        return  # it cannot rename over a file; it has nothing but whole objects
    old, new = b"o" * 300_000, b"n" * 500_000
    target = place.target()
    target.put("a/page", old)
    stop, seen = threading.Event(), set()

    def read() -> None:
        while not stop.wait(0.0005):  # without a breath it leaves the others little of Python
            with suppress(FileNotFoundError):
                seen.add(place.peek("a/page"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for data in (new, old) * 5:
            target.put("a/page", data)
    finally:
        stop.set()
        reader.join()
    assert seen and seen <= {old, new}


# Bringing it in step


def test_it_is_in_step_after_a_sync_and_a_second_one_transfers_nothing(place: Place, root: Path) -> None:
    some().write(root)
    first = sync(place, root)
    in_step(place, root)
    assert first.sent_files == len(published(root)) + 1
    before = place.look()
    again = sync(place, root)
    assert (again.sent_files, again.sent_bytes, again.removed_files) == (0, 0, 0)
    assert place.look() == before


def test_only_what_changed_is_brought_and_what_is_no_more_is_removed(place: Place, root: Path) -> None:
    some(4, old="x").write(root)
    sync(place, root)
    after = some(5)
    after.periods["2026-01-02"] = {"pages": "other", "trend": "2"}
    del after.periods["2026-01-01"]
    before = published(root)
    after.write(root)
    wanted = published(root)
    done = sync(place, root)
    in_step(place, root)
    changed = [path for path, data in wanted.items() if before.get(path) != data]
    assert done.sent_files == len(changed)
    assert done.sent_bytes == sum(len(wanted[path]) for path in changed)
    assert done.removed_files == len(before.keys() - wanted.keys())


def test_what_others_put_there_is_never_touched(place: Place, root: Path) -> None:
    theirs = {"index.html": b"my own first page", "other/a.html": b"1", "notes.txt": b"2", "assets/logo.png": b"3"}
    for path, data in theirs.items():
        place.write(path, data)
    some(3, old="x").write(root)
    sync(place, root)
    inside = {"shop/notes.txt": b"4", "shop/2026-01-01/mine.txt": b"5", "shop/2026-01-03/mine.txt": b"6"}
    for path, data in inside.items():
        place.write(path, data)
    after = some(3)
    del after.periods["2026-01-01"]
    after.write(root)
    for everything in (False, True):
        sync(place, root, everything=everything)
        there = place.look()
        assert {path: there[path] for path in theirs | inside} == theirs | inside
        assert {path: data for path, data in visible(there).items() if path not in theirs | inside} == published(root)
    leave(Asked(root, "shop", "the place", "key"), place.target())
    assert place.look() == theirs | inside


@pytest.mark.parametrize("path", ["shop/index.html", "shop/2026-01-02/pages.html", "shop/2026-01-02/rows/trend.json"])
def test_a_file_of_others_in_the_place_of_one_of_ours_is_told_and_taken_over_only_when_asked(
    place: Place, root: Path, path: str
) -> None:
    place.write(path, b"theirs")
    some().write(root)
    with pytest.raises(Misconfigured) as caught:
        sync(place, root)
    assert caught.value.reason == "target_taken"
    assert place.look()[path] == b"theirs"
    sync(place, root, everything=True)
    in_step(place, root)


def test_a_new_file_of_ours_does_not_replace_one_of_others(place: Place, root: Path) -> None:
    some().write(root)
    sync(place, root)
    place.write("shop/2026-01-02/rows/more.json", b"theirs")
    some(3, more="new").write(root)
    with pytest.raises(Misconfigured) as caught:
        sync(place, root)
    assert caught.value.reason == "target_taken"
    assert "2026-01-02/rows/more.json" in str(caught.value)
    assert place.look()["shop/2026-01-02/rows/more.json"] == b"theirs"


def test_a_target_changed_by_hand_is_mended_by_bringing_everything(place: Place, root: Path) -> None:
    some().write(root)
    sync(place, root)
    place.write("shop/2026-01-02/pages.html", None)
    place.write("shop/2026-01-03/trend.html", b"scribbled over")
    place.write("shop/2026-01-01/index.html", None)
    assert sync(place, root).sent_files == 0
    sync(place, root, everything=True)
    in_step(place, root)


@pytest.mark.parametrize("lost", ["all", "records", "record", "nonsense"])
def test_a_lost_target_is_made_again(place: Place, root: Path, lost: str) -> None:
    some().write(root)
    sync(place, root)
    for path in list(place.look()):
        if lost == "nonsense" and path.endswith(RECORD):
            place.write(path, b'{"schema": "proprocessor/mirror/1", "files": [], "periods": {"..": "x", "a/b": 1}}')
        elif (
            lost == "all"
            or (lost == "records" and path.endswith(RECORD))
            or (lost == "record" and path == f"shop/{RECORD}")
        ):
            place.write(path, None)
    if lost != "all":
        with pytest.raises(Misconfigured):
            sync(place, root)
    sync(place, root, everything=lost != "all")
    there = place.look()
    assert visible(there) == published(root)
    assert dead_ends(there) == []


def test_records_that_lie_lead_nowhere_else(place: Place, root: Path) -> None:
    """A server that was broken into may say anything of what is ours."""
    some().write(root)
    sync(place, root)
    place.write("theirs.txt", b"1")
    place.write("other/2026/a.html", b"2")
    evil = '{"schema": "proprocessor/mirror/1", "files": {"../theirs.txt": "a", "../../x": "a", "/etc/passwd": "b", ".htaccess": "c"}'
    evil += ', "periods": {"../other": "x", "2026-01-09": "y", "..": "z"}}'
    for path in (f"shop/{RECORD}", f"shop/2026-01-02/{RECORD}", RECORD):
        place.write(path, evil.encode())
    sync(place, root, everything=True)
    there = place.look()
    assert (there["theirs.txt"], there["other/2026/a.html"]) == (b"1", b"2")
    assert {path: data for path, data in visible(there).items() if path.startswith("shop/")} == {
        path: data for path, data in published(root).items() if path.startswith("shop/")
    }


def test_nothing_published_is_no_reason_to_remove_anything(place: Place, root: Path, tmp_path: Path) -> None:
    some().write(root)
    sync(place, root)
    before = place.look()
    (root / "shop").rename(tmp_path / "away")
    with pytest.raises(Exception, match="not mirrored"):
        sync(place, root)
    assert place.look() == before


def test_two_data_sets_share_a_first_page_and_one_may_leave(place: Place, root: Path) -> None:
    some().write(root)
    other = some(2)
    other.dataset, other.name = "other", 'The "other" <one>'
    other.write(root)
    sync(place, root)
    assert b"other" not in place.look()["index.html"]
    sync(place, root, dataset="other")
    there = place.look()
    assert b'href="shop/index.html"' in there["index.html"] and b'href="other/index.html"' in there["index.html"]
    assert b"<one>" not in there["index.html"]
    assert b"News of shop." in there["index.html"] and b"News of other." in there["index.html"]
    in_step(place, root)
    leave(Asked(root, "shop", "the place", "key"), place.target())
    there = place.look()
    assert dead_ends(there) == []
    assert b"shop" not in there["index.html"]
    assert not [path for path in there if path.startswith("shop/")]
    leave(Asked(root, "other", "the place", "key"), place.target())
    assert place.look() == {}


def test_links_and_hidden_files_are_not_brought(place: Place, root: Path, tmp_path: Path) -> None:
    some().write(root)
    (tmp_path / "secret").write_text("secret")
    (root / "shop/2026-01-01/link.html").symlink_to(tmp_path / "secret")
    (root / "shop/linked").symlink_to(tmp_path)
    (root / "shop/.hidden").write_text("hidden")
    (root / "shop/2026-01-01/line\nbreak.html").write_text("1")
    (root / "shop/folder").mkdir()
    (root / "shop/folder/a.html").write_text("not a period")
    sync(place, root)
    there = place.look()
    assert not [path for path in there if "link" in path or "hidden" in path or "break" in path or "folder" in path]
    assert b"secret" not in there.values()


# When it is cut off


def test_a_connection_that_is_lost_anywhere_is_gone_on_with(remote: Place, root: Path) -> None:
    """Every upload in turn is cut in its middle; each time less is left, and nothing is ever half there."""
    some(2).write(root)
    sync(remote, root)
    after = some(3, more="new")
    after.periods["2026-01-01"] = {"pages": "x"}
    old = visible(remote.look())
    after.write(root)
    new = published(root)
    cuts = 0
    for number in range(1, 200, 1 if remote.kind in ("ftp", "sftp") else 6):
        remote.faults.puts = 0
        remote.faults.cut_puts = [number if cuts < 20 else 1 << 30]
        try:
            sync(remote, root, hands=1)
        except Unreachable:
            cuts += 1
            remote.mend()
            there = remote.look()
            assert dead_ends(there) == []
            for path, data in visible(there).items():
                assert data in (old.get(path), new.get(path)), path
            continue
        break
    assert cuts >= (10 if remote.kind in ("ftp", "sftp") else 3)
    remote.mend()
    in_step(remote, root)
    assert sync(remote, root).sent_files == 0


def test_what_was_brought_before_the_cut_is_not_brought_again(remote: Place, root: Path) -> None:
    some(6).write(root)
    remote.faults.cut_puts = [30]
    with pytest.raises(Unreachable):
        sync(remote, root, hands=1)
    remote.mend()
    there = [path for path in remote.look() if not hidden(path)]
    done = sync(remote, root)
    assert done.sent_files <= len(published(root)) + 1 - len(there) + len(some().periods["2026-01-01"]) * 2 + 2
    in_step(remote, root)


def test_hints_for_browsers_at_s3(tmp_path: Path, root: Path) -> None:
    some(1).write(root)
    (root / "shop/2026-01-01/pages.html.br").write_bytes(b"packed")
    for place in _opened("s3", tmp_path):
        sync(place, root)
        client = place.opened[0]._connected()  # type: ignore[attr-defined]
        found = {}
        for path in place.look():
            if not hidden(path):
                head = client.head_object(Bucket=place.opened[0]._bucket, Key=f"web/reports/{path}")
                found[path] = (head["ContentType"], head["CacheControl"], head.get("ContentEncoding"))
    kept = "public, max-age=31536000, immutable"
    assert {told for path, told in found.items() if path.endswith(".css")} == {("text/css; charset=utf-8", kept, None)}
    assert found["shop/2026-01-01/pages.html"] == ("text/html; charset=utf-8", "no-cache", None)
    assert found["shop/2026-01-01/pages.html.br"] == ("text/html; charset=utf-8", "no-cache", "br")
    assert found["shop/2026-01-01/manifest.json"] == ("application/json", "no-cache", None)
    assert headers("a/reports.pdf")["ContentType"] == "application/pdf"


def test_an_address_is_read_as_it_is_written() -> None:
    for text in (
        "/srv/a b",
        "ftp://host/~/x",
        "ftps://host:21/x",
        "sftp://[::1]:2222/a",
        "s3://bucket/a/b",
        "ftp://host/",
    ):
        assert str(read_target_location(text)) == text
    assert read_target_location("ftp://h/~/x") == TargetLocation("ftp", "h", 21, "~/x")
    for text in (
        "a",
        "gopher://h/",
        "ftp://u:secret@h/",
        "ftp:///x",
        "ftp://h/../x",
        "ftp://h/%0aDELE",
        "s3://B_/x",
        "ftp://h:x/",
        "/a/../b",
        "sftp://h/?x",
    ):
        with pytest.raises(ValueError) as caught:
            read_target_location(text)
        assert "secret" not in str(caught.value)
