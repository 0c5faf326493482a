"""Numbers of things in words."""

from __future__ import annotations

import pytest

from console.forgetting import is_removed, left_over, would_be_removed
from shared.dataset_settings import DatasetSettings
from shared.texts import number_of


@pytest.mark.parametrize(("number", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (2000, "2,000 files")])
def test_one_is_not_several(number: int, said: str) -> None:
    assert number_of(number, "file") == said


def test_several_may_be_called_otherwise() -> None:
    assert number_of(1, "copy is", "copies are") == "1 copy is"
    assert number_of(1200, "copy is", "copies are") == "1,200 copies are"


def test_who_is_forgotten_is_told_of_in_whole_sentences() -> None:
    receipt = {
        "id": "r1",
        "kind": "visitor",
        "hits": 1,
        "days": ["2026-03-01"],
        "files": ["a.log", "b.log"],
        "periods": ["all"],
        "raw_files_deleted": 1,
        "files_not_parsed": 1,
    }
    assert would_be_removed(receipt) == "1 hit of 1 day in 2 files would be removed, 1 period touched."
    assert is_removed(receipt) == (
        "Receipt r1: 1 hit of 1 day in 2 files is removed, 1 period touched, 1 raw file deleted. "
        "What is fetched later obeys it."
    )
    settings = DatasetSettings()
    assert left_over(receipt, settings) == ["1 file is not parsed yet; its raw file stays until it is."]
    assert left_over(receipt | {"files_not_parsed": 2}, settings) == [
        "2 files are not parsed yet; their raw files stay until they are."
    ]
