"""Every message type has a golden sample; what was written yesterday stays readable."""

import json
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Rejected
from shared.messages import FACTS, DatasetDue, FileFetched, HitsParsed, decode, encode, first, follow

GOLDEN = Path(__file__).parent / "golden"


def sample(kind: str, version: int) -> Path:
    return GOLDEN / f"{kind}.{version}.json"


@pytest.mark.parametrize(("kind", "version"), sorted(FACTS))
def test_golden_sample_is_read_and_written_the_same(kind: str, version: int) -> None:
    text = sample(kind, version).read_bytes().strip()
    message = decode(text)
    assert type(message.fact) is FACTS[kind, version]
    assert encode(message) == text


def test_there_is_no_sample_without_a_type() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {sample(*key).name for key in FACTS}


def test_a_repeat_of_the_same_work_makes_the_same_ids() -> None:
    cause = first(DatasetDue("fruit", "2026-01-01T03:15:00+00:00"), origin="schedule")
    assert cause == first(DatasetDue("fruit", "2026-01-01T03:15:00+00:00"), origin="schedule")
    one, two = FileFetched("fruit", 1, "aa"), FileFetched("fruit", 2, "bb")
    assert follow(cause, one) == follow(cause, one)
    assert follow(cause, one).id != follow(cause, two).id
    assert follow(cause, one).trace == cause.trace
    assert follow(cause, one).cause == cause.id


def test_facts_of_two_types_with_one_key_have_two_ids() -> None:
    cause = first(DatasetDue("fruit", "x"), origin="test")
    assert follow(cause, FileFetched("fruit", 1, "a")).id != follow(cause, HitsParsed("fruit", 1, 2, 3)).id


def test_a_field_that_a_newer_writer_added_is_ignored() -> None:
    data = json.loads(sample("file.fetched", 1).read_bytes())
    data["body"]["colour"] = "green"
    assert decode(json.dumps(data).encode()) == decode(sample("file.fetched", 1).read_bytes())


def test_an_unknown_version_is_refused_with_a_remedy() -> None:
    data = json.loads(sample("file.fetched", 1).read_bytes())
    data["version"] = 2
    with pytest.raises(Rejected, match=r"unknown type 'file.fetched' version 2.*update this process") as refused:
        decode(json.dumps(data).encode())
    assert refused.value.reason == "message_unknown"


@pytest.mark.parametrize("change", [{"file": "1"}, {"file": None}, {"file": True}, {"dataset": 1}])
def test_a_field_of_the_wrong_type_is_refused(change: dict[str, object]) -> None:
    data = json.loads(sample("file.fetched", 1).read_bytes())
    data["body"] |= change
    with pytest.raises(Rejected) as refused:
        decode(json.dumps(data).encode())
    assert refused.value.reason == "message_unreadable"


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_never_crash(body: bytes) -> None:
    with pytest.raises(Rejected):
        decode(body)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_random_json_is_refused_and_never_crashes(value: object) -> None:
    with pytest.raises(Rejected):
        decode(json.dumps(value).encode())


@given(st.text(), st.integers(), st.text())
def test_any_text_survives(dataset: str, file: int, sha: str) -> None:
    message = first(FileFetched(dataset, file, sha), origin=str(uuid.uuid4()))
    assert decode(encode(message)) == message
