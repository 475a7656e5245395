from __future__ import annotations

from pathlib import Path

import pytest

from paygate_local.up import StateFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def test_what_was_put_is_there_for_the_next_run(path: Path) -> None:
    state = StateFile(path)
    state.put("built", "a")
    state.put("deployed", "b")
    state.put("built", "c")
    again = StateFile(path)
    assert (again.get("built"), again.get("deployed"), again.get("sites")) == ("c", "b", None)


def test_forgetting_one_thing_keeps_the_others(path: Path) -> None:
    state = StateFile(path)
    state.put("built", "a")
    state.put("deployed", "b")
    state.forget("built")
    state.forget("never there")
    assert (state.get("built"), state.get("deployed")) == (None, "b")


@pytest.mark.parametrize("text", [None, "", '{"built": "a', "null-ish"])
def test_a_file_that_is_missing_or_was_cut_short_counts_as_empty(path: Path, text: str | None) -> None:
    if text is not None:
        path.write_text(text)
    state = StateFile(path)
    assert state.get("built") is None
    state.put("built", "b")
    assert StateFile(path).get("built") == "b"


def test_no_half_written_file_is_left(path: Path) -> None:
    StateFile(path).put("built", "a")
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]
