"""Laws of mirroring, for any publications in a row, cut off anywhere: on a target in memory and on a folder."""

from __future__ import annotations

import random
import shutil
import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter import assets
from reporter.targets.folder import FolderTarget
from reporter.targets.hands import Hands
from reporter.targets.plan import difference
from reporter.targets.records import (
    ADDING,
    REPLACING,
    SUMMARY,
    RootRecord,
    decode_dataset,
    decode_period,
    decode_root,
    encode_root,
)
from reporter.targets.sync import Asked, synchronise
from reporter.targets.target import checked, is_safe
from reporter.targets.transferred import Transferred
from shared.errors import Unreachable
from shared.remote import failed
from tests.mirror_case import Publication, dead_ends, leftovers, published, visible

CONTENTS = st.dictionaries(st.sampled_from(["pages", "trend", "paths"]), st.sampled_from("abc"), min_size=1)
PUBLICATIONS = st.lists(
    st.dictionaries(
        st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01", "all"]), CONTENTS, min_size=1
    ),
    min_size=2,
    max_size=4,
)


class MemoryTarget:
    """A target that is nothing but names and contents; ``cut_after`` so many changes it fails once."""

    def __init__(self, files: dict[str, bytes], look: Callable[[], None] = lambda: None) -> None:
        self.files, self.look = files, look
        self.cut_after: int | None = None

    def read(self, path: str) -> bytes | None:
        return self.files.get(checked(path))

    def put(self, path: str, data: bytes) -> None:
        self._change()
        self.files[checked(path)] = data
        self.look()

    def names(self, folder: str) -> frozenset[str]:
        before = f"{folder}/" if folder else ""
        return frozenset(path.removeprefix(before).split("/")[0] for path in self.files if path.startswith(before))

    def remove(self, path: str) -> None:
        self._change()
        self.files.pop(checked(path), None)
        self.look()

    def remove_folder(self, folder: str) -> None:
        pass

    def close(self) -> None:
        pass

    def _change(self) -> None:
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                raise Unreachable("cut")


class CutFolder(FolderTarget):
    """A folder that fails once after so many changes, and is looked at after each."""

    look: Callable[[], None] = staticmethod(lambda: None)
    cut_after: int | None = None

    def put(self, path: str, data: bytes) -> None:
        MemoryTarget._change(self)  # type: ignore[arg-type]
        super().put(path, data)
        self.look()

    def swap(self, folder: str, files: dict[str, bytes | None]) -> None:  # type: ignore[override]
        MemoryTarget._change(self)  # type: ignore[arg-type]
        super().swap(folder, files)
        self.look()

    def remove(self, path: str) -> None:
        MemoryTarget._change(self)  # type: ignore[arg-type]
        super().remove(path)
        self.look()


def light(root: Path) -> assets.Assets:
    """The assets without the large script, which is the same each time."""
    (root / "assets").mkdir(parents=True, exist_ok=True)
    names = ("s.css", "p.js", "v.js", "w.js", "o.css", "o.js")
    for name in names:
        (root / "assets" / name).write_text(name)
    return assets.Assets(*(f"assets/{name}" for name in names))


@pytest.fixture(autouse=True, scope="module")
def light_assets():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("reporter.assets.write", light)
        monkeypatch.setattr("reporter.targets.snapshot.write_assets", light)
        yield


def sync(target: object, root: Path) -> Transferred:
    return synchronise(Asked(root, "shop", "there", "key"), Hands(lambda: target, 1))  # type: ignore[arg-type,return-value]


def files_of(folder: Path) -> dict[str, bytes]:
    found = {str(one.relative_to(folder)): one for one in folder.rglob("*")} if folder.exists() else {}
    return {path: one.read_bytes() for path, one in found.items() if one.is_file()}


@settings(max_examples=5, deadline=None)
@given(PUBLICATIONS, st.randoms(use_true_random=False), st.booleans())
def test_whatever_can_be_reached_from_the_first_page_is_there_at_any_moment(
    rows: list[dict[str, dict[str, str]]], chance: random.Random, in_folder: bool
) -> None:
    base = Path(tempfile.mkdtemp(prefix="mirror-"))
    root, there = base / "published", base / "there"
    known: list[dict[str, bytes]] = [{}]
    memory: dict[str, bytes] = {}
    target: CutFolder | MemoryTarget = CutFolder(there) if in_folder else MemoryTarget(memory)

    def look() -> None:
        now = files_of(there) if in_folder else memory
        assert dead_ends(now) == []
        for path, data in visible(now).items():
            assert any(one.get(path) == data for one in known), path

    target.look = look  # type: ignore[method-assign]
    try:
        for periods in rows:
            Publication(periods).write(root)
            known.append(published(root))
            target.cut_after = chance.randrange(60)
            try:
                sync(target, root)
            except Unreachable:
                if chance.random() < 0.5:
                    continue  # the next publication comes before the next attempt
            target.cut_after = None
            sync(target, root)
            now = files_of(there) if in_folder else memory
            assert visible(now) == published(root)
            assert leftovers(now) == []
            del known[:-1]
            assert (again := sync(target, root)) == Transferred(), again
    finally:
        shutil.rmtree(base)


@pytest.mark.parametrize("first_cut", [28, 31, 36, 40])
def test_what_an_interrupted_run_brought_and_nobody_wants_leads_nowhere_when_it_comes_back(
    tmp_path: Path, first_cut: int
) -> None:
    """The run after it ends is interrupted as well, at each of its steps, before what it gives up is gone."""
    page = {"pages": "a"}
    every = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01"]
    for second_cut in range(8, 20, 2):
        root = tmp_path / f"{first_cut}-{second_cut}"
        memory: dict[str, bytes] = {}
        target = MemoryTarget(memory)
        target.look = lambda memory=memory: _leads_nowhere(memory)  # type: ignore[method-assign]
        for periods, cut in ((every, first_cut), (every[:1], second_cut), (every[:2], None)):
            Publication(dict.fromkeys(periods, page)).write(root)
            target.cut_after = cut
            with suppress(Unreachable):
                sync(target, root)
        assert visible(memory) == published(root)


def _leads_nowhere(files: dict[str, bytes]) -> None:
    assert dead_ends(files) == []


DIGESTS = st.dictionaries(
    st.sampled_from(["index.html", "manifest.json", "a.html", "b/c.json"]), st.sampled_from("xyz")
)
KNOWN = st.dictionaries(
    st.sampled_from(["index.html", "manifest.json", "a.html", "b/c.json"]),
    st.sampled_from(["x", "y", ADDING, REPLACING]),
)


@given(DIGESTS, KNOWN)
def test_a_difference_is_all_that_differs_and_nothing_else(wanted: dict[str, str], known: dict[str, str]) -> None:
    found = difference(wanted, known)
    brought = {*found.added, *found.replaced}
    assert brought == {path for path in wanted if known.get(path) != wanted[path]}
    assert {*found.removed} == known.keys() - wanted.keys()
    assert not {*found.added} & {path for path, digest in known.items() if digest != ADDING}
    for paths in (found.added, found.replaced):
        last = [path for path in paths if path in ("index.html", "manifest.json")]
        assert list(paths[len(paths) - len(last) :]) == last == sorted(last)


@given(
    st.binary(max_size=80)
    | st.sampled_from([b'{"schema": "proprocessor/mirror/1", "files": 1, "datasets": {"..": {}, "a": 2}}'])
)
def test_a_record_is_read_or_not_and_never_leads_away(data: bytes) -> None:
    for decode in (decode_dataset, decode_period, decode_root):
        decode(data)
    root = decode_root(data)
    assert root is None or (not root.datasets and not root.files)


def test_words_for_a_certificate_and_for_a_connection_that_ends() -> None:
    untrusted = ssl.SSLCertVerificationError(1, "certificate verify failed")
    untrusted.verify_message = "self-signed certificate"
    told = failed("ftps://x", untrusted)
    assert told.message == "ftps://x has a certificate that is not trusted: self-signed certificate."
    assert "SSL_CERT_FILE" in told.remedy
    assert failed("ftp://x", EOFError()).message == "ftp://x does not answer as it should: it closed the connection."


def test_what_is_written_down_of_data_sets_is_read_as_it_was() -> None:
    """Else a sync that finds nothing to do would write it again, and the first page would lose what it says."""
    told = dict.fromkeys(SUMMARY, "x") | {"assets": ["assets/style.css"]}
    record = RootRecord({"index.html": "digest"}, {"shop": told})
    assert decode_root(encode_root(record)) == record


@pytest.mark.parametrize("path", ["", "/", "a//b", "../a", "a/..", ".", "a\\b", "a\nb", "a\x7f", "\ud800"])
def test_unsafe_paths_are_known(path: str) -> None:
    assert not is_safe(path)
    with pytest.raises(ValueError, match="leads out"):
        checked(path)
