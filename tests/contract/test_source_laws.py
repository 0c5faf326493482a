"""What every source promises, whatever it speaks: one suite of laws, run against real servers of every kind."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from fetcher.download import Downloaded, Result, download
from fetcher.folder import FolderSource
from fetcher.ftp import FtpSource
from fetcher.location import Credentials, read_location
from fetcher.opener import Access, open_source
from fetcher.source import CannotResume, Entry, Gone, Source
from fetcher.walk import RemoteFile
from shared.errors import Misconfigured, Unreachable
from tests.jdc import Faults, ftp_server, http_server, self_signed, sftp_server

USER, PASSWORD = "pro", "pa:ss wörd"
GOOD = Credentials(USER, PASSWORD)
STRANGE_NAMES = (
    "two words.log", "100%.log", "100%25.log", "a%20b.log", "plus+and&amp;.log", "hash#mark.log", "what?.log", "semi;colon.log",
    "'quotes\".log", "Straße.log", "журнал х.log", "日本語.log", "-rf.log", "[brackets]*.log", "~tilde.log", "a=b,c@d!.log",
    "e\u0301 combined.log", "…\u0085.log".replace("\u0085", ""), "G2003-04-27_00-00-00_to_2003-06-17_22-16-27.nlf",
)  # fmt: skip
MODIFIED = datetime(2015, 5, 17, 10, 5, 3, tzinfo=UTC)


@dataclass
class Served:
    """A folder, served; ``open`` connects to it."""

    kind: str
    root: Path
    faults: Faults
    open: Callable[[Credentials], Source]
    url: str = ""
    sources: list[Source] = field(default_factory=list)

    def source(self) -> Source:
        source = self.open(GOOD)
        self.sources.append(source)
        return source


def _ftp(stack: ExitStack, root: Path, faults: Faults, **options: object) -> str:
    return stack.enter_context(ftp_server(root, USER, PASSWORD, faults=faults, **options))  # type: ignore[arg-type]


def _http(stack: ExitStack, root: Path, faults: Faults, **options: object) -> str:
    return stack.enter_context(http_server(root, user=USER, password=PASSWORD, faults=faults, **options))  # type: ignore[arg-type]


def _trusted(stack: ExitStack) -> tuple[Path, Path]:
    """A certificate that this machine trusts while the server runs."""
    files = stack.enter_context(self_signed())
    monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    return files


Start = Callable[[ExitStack, Path, Faults], str]
KINDS: dict[str, Start] = {
    "folder": lambda stack, root, faults: str(root),
    "ftp": lambda stack, root, faults: _ftp(stack, root, faults),
    "ftp-active": lambda stack, root, faults: _ftp(stack, root, faults, passive=False),
    "ftp-unix-list": lambda stack, root, faults: _ftp(stack, root, faults, listing="unix"),
    "ftp-dos-list": lambda stack, root, faults: _ftp(stack, root, faults, listing="dos"),
    "ftp-names": lambda stack, root, faults: _ftp(stack, root, faults, listing="names"),
    "ftps-explicit": lambda stack, root, faults: _ftp(stack, root, faults, tls=_trusted(stack)),
    "ftps-implicit": lambda stack, root, faults: _ftp(stack, root, faults, tls=_trusted(stack), implicit=True),
    "http-html": lambda stack, root, faults: _http(stack, root, faults, listing="html", auth="basic"),
    "http-nginx": lambda stack, root, faults: _http(stack, root, faults, listing="nginx", auth="digest"),
    "http-json": lambda stack, root, faults: _http(stack, root, faults, listing="json", auth="digest"),
    "http-caddy": lambda stack, root, faults: _http(stack, root, faults, listing="caddy", auth="basic"),
    "http-sums": lambda stack, root, faults: _http(stack, root, faults, listing="none", auth="basic"),
    "https": lambda stack, root, faults: _http(stack, root, faults, listing="json", auth="basic", tls=_trusted(stack)),
    "sftp": lambda stack, root, faults: stack.enter_context(sftp_server(root, USER, PASSWORD, faults=faults)),
}
REMOTE = [kind for kind in KINDS if kind != "folder"]


def but(*left_out: str) -> pytest.MarkDecorator:
    """Every kind but these, of which the law says nothing, or which are listed like another."""
    return pytest.mark.parametrize("served", [kind for kind in KINDS if kind not in left_out], indirect=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


def _serve(kind: str, root: Path, tmp_path: Path) -> Iterator[Served]:
    faults = Faults()
    with ExitStack() as stack:
        url = KINDS[kind](stack, root, faults)

        def connect(credentials: Credentials) -> Source:
            access = Access(credentials, 10.0, tmp_path / "known_hosts")
            location = read_location(url)
            if kind == "ftps-implicit":
                return FtpSource(location, credentials, timeout_s=10.0, implicit=True)
            return open_source(location, access)

        served = Served(kind, root, faults, connect, url)
        yield served
        for source in served.sources:
            source.close()


@pytest.fixture(params=list(KINDS))
def served(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Iterator[Served]:
    yield from _serve(request.param, root, tmp_path)


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Iterator[Served]:
    yield from _serve(request.param, root, tmp_path)


def put(served: Served, path: str, data: bytes) -> Path:
    """A file of the served folder, with its line in SHA256SUMS where that is the listing."""
    file = served.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    os.utime(file, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    if served.kind == "http-sums":
        with (file.parent / "SHA256SUMS").open("a") as sums:
            sums.write(f"{sha256(data).hexdigest()}  {file.name}\n")
    return file


def read(source: Source, path: str, offset: int = 0) -> bytes:
    with source.open(path, offset) as chunks:
        return b"".join(chunks)


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


# Listing


def test_a_folder_tells_its_files_with_sizes_and_its_folders(served: Served) -> None:
    put(served, "b.log", b"12345")
    put(served, "a.log", b"")
    if served.kind != "http-sums":  # which names files only
        put(served, "sub/deep/c.log", b"1")
    listing = served.source().list_folder("")
    files = [(entry.name, entry.size_bytes) for entry in listing.entries if not entry.is_folder]
    assert files == [("a.log", 0), ("b.log", 5)]
    folders = [entry for entry in listing.entries if entry.is_folder]
    assert [entry.name for entry in folders] == ([] if served.kind == "http-sums" else ["sub"])
    assert all(entry.size_bytes is None for entry in folders)
    assert listing.skipped == ()


def test_times_where_told_are_right_to_their_precision(served: Served) -> None:
    put(served, "a.log", b"1")
    (entry,) = served.source().list_folder("").entries
    if served.kind in ("ftp-unix-list", "ftp-dos-list"):
        assert entry.modified is None
    elif served.kind == "http-nginx":
        assert entry.modified == MODIFIED.replace(second=0)
    else:
        assert entry.modified is not None
        assert entry.modified.replace(microsecond=0) == MODIFIED


@but("http-sums")  # an empty folder without a listing cannot be told from a missing one
def test_an_empty_folder_is_empty_and_a_missing_one_is_gone(served: Served) -> None:
    (served.root / "empty").mkdir()
    source = served.source()
    assert source.list_folder("empty").entries == ()
    with pytest.raises(Gone):
        source.list_folder("missing")
    with pytest.raises(Gone):
        source.list_folder("missing/below")
    assert source.list_folder("empty").entries == ()


def test_names_of_all_kinds_are_listed_and_opened(served: Served) -> None:
    folder = "ein Ordner 100%/ü"
    for number, name in enumerate(STRANGE_NAMES):
        put(served, f"{folder}/{name}", f"{number} {name}".encode())
    source = served.source()
    listing = source.list_folder(folder)
    assert sorted(entry.name for entry in listing.entries) == sorted(STRANGE_NAMES)
    other = served.source()  # one that has listed nothing
    for number, name in enumerate(STRANGE_NAMES):
        assert read(other, f"{folder}/{name}") == f"{number} {name}".encode()


@but("http-caddy", "http-json", "https", "ftp-active", "ftps-explicit", "ftps-implicit")
def test_names_in_latin_1_are_listed_and_opened_by_whoever_asks(served: Served) -> None:
    raw = os.fsencode(served.root) + "/Zugriffe für März.log".encode("latin-1")
    Path(os.fsdecode(raw)).write_bytes(b"eins")
    if served.kind == "http-sums":
        (served.root / "SHA256SUMS").write_bytes(sha256(b"eins").hexdigest().encode() + b"  " + raw.rpartition(b"/")[2])
    name = "Zugriffe für März.log"
    assert [entry.name for entry in served.source().list_folder("").entries] == [name]
    assert read(served.source(), name) == b"eins"


def test_names_that_leave_the_folder_are_never_entries(remote: Served) -> None:
    put(remote, "good.log", b"1")
    remote.faults.extra_names = ("../evil.log", "..", "a/b.log", "c\\d.log", "/etc/passwd", "line\nbreak.log")
    if remote.kind in ("ftp-names",):
        remote.faults.extra_names = ("..\\evil.log",)
    listing = remote.source().list_folder("")
    for entry in listing.entries:
        assert not set("/\\\n") & set(entry.name)
        assert entry.name not in ("..", ".", "")
    assert "good.log" in [entry.name for entry in listing.entries]


def test_links_are_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.log").write_text("secret")
    (root / "out.log").symlink_to(tmp_path / "secret.log")
    (root / "round").symlink_to(root)
    (root / "nowhere.log").symlink_to(root / "nothing")
    os.mkfifo(root / "pipe.log")
    (root / "good.log").write_text("1")
    for kind in ("folder", "sftp"):
        for served in _serve(kind, root, tmp_path):
            listing = served.source().list_folder("")
            assert [entry.name for entry in listing.entries] == ["good.log"]
            assert set(listing.skipped) == {"out.log", "round", "nowhere.log", "pipe.log"}
    source = FolderSource(read_location(str(root)))
    for path in ("out.log", "../secret.log", "nowhere.log", "pipe.log", "round/../../secret.log"):
        with pytest.raises(Gone), source.open(path, 0):
            pass


def test_checksums_beside_the_files_are_read_and_are_no_entry(served: Served) -> None:
    file = put(served, "a b.log", b"12345")
    digest = sha256(b"12345").hexdigest()
    (file.parent / "SHA256SUMS").write_text(f"{digest.upper()} *a b.log\nnonsense\n{digest}  ../evil.log\n")
    listing = served.source().list_folder("")
    assert [entry.name for entry in listing.entries] == ["a b.log"]
    assert dict(listing.checksums) == {"a b.log": digest}


# Reading


def test_a_file_can_be_read_from_any_offset(served: Served) -> None:
    data = content(700_000)
    put(served, "a.log", data)
    source = served.source()
    for offset in (0, 1, 65_536, 262_144, 699_999):
        assert read(source, "a.log", offset) == data[offset:]


@but("folder", "sftp")  # they always can
def test_a_server_that_cannot_resume_says_so(served: Served) -> None:
    put(served, "a.log", b"12345")
    for again in _serve_without_resume(served):
        source = again.source()
        with pytest.raises(CannotResume), source.open("a.log", 2):
            pass
        assert read(source, "a.log") == b"12345"


def _serve_without_resume(served: Served) -> Iterator[Served]:
    """The commands of an FTP server are fixed when it starts."""
    with ExitStack() as stack:
        faults = Faults(no_resume=True)
        url = KINDS[served.kind](stack, served.root, faults)
        location = read_location(url)

        def connect(credentials: Credentials) -> Source:
            if served.kind == "ftps-implicit":
                return FtpSource(location, credentials, timeout_s=10.0, implicit=True)
            return open_source(location, Access(credentials, 10.0, served.root / "known"))

        again = Served(served.kind, served.root, faults, connect, url)
        yield again
        for source in again.sources:
            source.close()


def test_a_file_that_is_not_there_is_gone(served: Served) -> None:
    put(served, "a.log", b"1")
    source = served.source()
    for path in ("missing.log", "missing/a.log"):
        with pytest.raises(Gone), source.open(path, 0) as chunks:
            b"".join(chunks)
    assert read(source, "a.log") == b"1"


def test_a_file_left_in_its_middle_spoils_nothing(served: Served) -> None:
    data = content(3_000_000)
    put(served, "big.log", data)
    put(served, "small.log", b"small")
    source = served.source()
    with source.open("big.log", 0) as chunks:
        beginning = next(chunks)
    assert data.startswith(beginning)
    assert read(source, "small.log") == b"small"
    assert len(source.list_folder("").entries) == 2
    assert read(source, "big.log", 2_999_990) == data[-10:]


def test_a_closed_source_connects_again(served: Served) -> None:
    put(served, "a.log", b"1")
    source = served.source()
    for _ in range(2):
        source.close()
        source.close()
        assert read(source, "a.log") == b"1"
        source.close()
        assert len(source.list_folder("").entries) == 1


# Faults


def get(served: Served, source: Source, path: str, staged: Path) -> Result:
    entry = _entry(source, path)
    sums = source.list_folder("").checksums
    file = RemoteFile(path, "", entry.size_bytes, entry.modified, sums.get(path))
    return download(source, file, staged, pause=lambda seconds: None)


def _entry(source: Source, name: str) -> Entry:
    return next(entry for entry in source.list_folder("").entries if entry.name == name)


def test_a_download_cut_twice_goes_on_where_it_ended(remote: Served, tmp_path: Path) -> None:
    data = content(2_000_000)
    put(remote, "a.log", data)
    remote.faults.cut_after["a.log"] = [600_000, 500_000]
    result = get(remote, remote.source(), "a.log", tmp_path / "staged")
    assert isinstance(result, Downloaded), result
    assert (result.size_bytes, result.sha256) == (2_000_000, sha256(data).hexdigest())
    assert (tmp_path / "staged").read_bytes() == data
    assert any(what.startswith(("RANGE ", "REST ")) for what in remote.faults.seen) or remote.kind == "sftp"


def test_a_server_that_fails_once_is_asked_again(remote: Served, tmp_path: Path) -> None:
    put(remote, "a.log", b"12345")
    source = remote.source()
    remote.faults.broken["a.log"] = 1
    result = get(remote, source, "a.log", tmp_path / "staged")
    assert isinstance(result, Downloaded), result
    assert (tmp_path / "staged").read_bytes() == b"12345"


def test_wrong_credentials_are_said_to_be_wrong(remote: Served) -> None:
    put(remote, "a.log", b"1")
    for credentials in (Credentials(USER, "wrong"), Credentials("nobody", PASSWORD)):
        with pytest.raises(Misconfigured) as caught:
            remote.open(credentials).list_folder("")
        assert caught.value.reason == "credentials_refused"
        assert "wrong" not in str(caught.value).replace("passwords are wrong", "")


def test_a_server_that_is_not_there_is_unreachable(remote: Served, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        url = f"{remote.url.partition('://')[0]}://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(Unreachable) as caught:
            open_source(read_location(url), Access(GOOD, 5.0, tmp_path / "known")).list_folder("")
    assert PASSWORD not in str(caught.value)


MANY = [f"G2003-04-27_00-00-00_to_2003-06-17_22-16-27 {number:05}.nlf" for number in range(10_000)]


@pytest.fixture(scope="module")
def many_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of them, made once: each test has it for a while."""
    folder = tmp_path_factory.mktemp("many")
    for name in MANY:
        (folder / name).write_bytes(b"1")
    return folder


@but("ftp-active", "ftps-implicit", "http-caddy", "https")
def test_ten_thousand_files_are_listed_in_a_few_seconds(served: Served, many_files: Path) -> None:
    here = many_files.rename(served.root / "many")
    try:
        if served.kind == "http-sums":
            digest = sha256(b"1").hexdigest()
            (here / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name in MANY))
        listing = served.source().list_folder("many")
    finally:
        (here / "SHA256SUMS").unlink(missing_ok=True)
        here.rename(many_files)
    assert [entry.name for entry in listing.entries] == MANY
    assert all(entry.size_bytes == 1 for entry in listing.entries)


@but(*(kind for kind in KINDS if kind not in ("http-html", "http-sums")))
def test_sizes_are_asked_for_over_few_connections(served: Served) -> None:
    names = [f"{number:03}.nlf" for number in range(100)]
    for name in names:
        put(served, name, b"12345")
    listing = served.source().list_folder("")
    assert [(entry.name, entry.size_bytes) for entry in listing.entries] == [(name, 5) for name in names]
    assert 1 <= served.faults.connections < 20


def test_the_password_is_in_no_repr(remote: Served) -> None:
    secret = PASSWORD.split(":")[1]
    assert secret not in repr(GOOD)
    assert secret not in repr(Access(GOOD, 1.0, Path("k")))
    with_secret = remote.url.replace("://", f"://{USER}:{quote(PASSWORD)}@")
    assert quote(secret) not in f"{read_location(with_secret)} {read_location(with_secret)!r}"
