"""What making a page reads is noted with its state, so that a later run knows whether anything has changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from govreport.core.watching import (
    ABSENT,
    CHANGED,
    COMMENTS_FILE,
    CONTENT,
    EXISTENCE,
    FOLDER,
    LISTING,
    MODULE,
    OTHER,
    SIGNOFF_FILE,
    Watch,
    joined,
    look,
    module_state,
    note,
    state,
    state_again,
    unwatched,
    watched,
)


def test_a_file_has_another_state_when_its_content_is_another(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    assert state(str(path)) == ABSENT
    path.write_text("12", encoding="utf-8")
    first = state(str(path))
    assert first.startswith("file:") and state(str(path), EXISTENCE) == "file"
    path.write_text("13", encoding="utf-8")
    assert state(str(path)) != first
    path.write_text("12", encoding="utf-8")
    assert state(str(path)) == first, "it does not matter when it was written"


def test_a_folder_has_another_state_when_a_name_comes_or_goes(tmp_path: Path) -> None:
    assert state(str(tmp_path), EXISTENCE) == state(str(tmp_path), CONTENT) == FOLDER
    empty = state(str(tmp_path), LISTING)
    (tmp_path / "a").write_text("1", encoding="utf-8")
    with_file = state(str(tmp_path), LISTING)
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    assert len({empty, with_file, state(str(tmp_path), LISTING)}) == 3, "a file is no folder of the same name"


@pytest.mark.parametrize("name", [".DS_Store", ".ipynb_checkpoints", "__pycache__", ".writing-host-1-a"])
def test_what_systems_and_unfinished_work_leave_behind_changes_no_folder(name: str, tmp_path: Path) -> None:
    before = state(str(tmp_path))
    (tmp_path / name).write_text("1", encoding="utf-8")
    assert state(str(tmp_path)) == before


@pytest.mark.parametrize("name", [SIGNOFF_FILE, COMMENTS_FILE])
def test_what_reviewers_say_changes_the_list_of_no_filing_but_that_of_other_folders(name: str, tmp_path: Path) -> None:
    filing, survey = tmp_path / "2023", tmp_path / "survey"
    for folder, counts in ((filing, False), (survey, True)):
        folder.mkdir()
        before = state(str(folder))
        (folder / name).write_text("1", encoding="utf-8")
        assert (state(str(folder)) != before) is counts


@pytest.mark.parametrize("name", [SIGNOFF_FILE, COMMENTS_FILE, "survey.toml"])
def test_what_is_read_counts_whatever_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("1", encoding="utf-8")
    with watched(tmp_path, tmp_path / "mirror", tmp_path / "output") as watch:
        (tmp_path / name).read_bytes()
    assert watch.states == {name: state(str(tmp_path / name))}


def test_what_is_neither_file_nor_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert state(str(tmp_path / "pipe")) == OTHER and state("a\0b") == ABSENT


def test_an_earlier_state_says_how_far_the_next_look_goes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1", encoding="utf-8")
    root, whole = str(tmp_path), state(str(tmp_path / "a.csv"))
    assert state_again(root, "a.csv", "file") == state_again(root, "a.csv", ABSENT) == "file"
    assert state_again(root, "a.csv", "file:1a2b") == state_again(root, "a.csv") == whole
    assert state_again(root, str(tmp_path / "a.csv")) == whole, "a path outside the project stands for itself"
    assert state_again(root, f"{MODULE}jinja2") == module_state("jinja2") != ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("", "file", "file"), ("file", "file:1a", "file:1a"), ("file:1a", "file", "file:1a"),
     ("file:1a", "file:2b", CHANGED), ("absent", "file", CHANGED), (CHANGED, "file", CHANGED)],
)  # fmt: skip
def test_two_looks_give_the_fuller_state_or_tell_that_it_changed(old: str, new: str, told: str) -> None:
    assert joined(old, new).startswith(told) if told != CHANGED else joined(old, new) == CHANGED


def test_what_is_read_in_the_project_is_noted_by_its_path_from_there(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    for name in ("read.csv", "hidden.csv", "unread.csv"):
        (root / "data" / name).write_text(name, encoding="utf-8")
    (tmp_path / "foreign.csv").write_text("1", encoding="utf-8")
    with watched(root, tmp_path / "mirror", tmp_path / "own") as watch:
        (root / "data/read.csv").read_bytes()
        with unwatched():
            (root / "data/hidden.csv").read_bytes()
        (root / "data/later.csv").exists()
        sorted(os.listdir(root / "data"))  # noqa: PTH208, notebooks do so
        (tmp_path / "foreign.csv").read_bytes()
        note("register#a", "1a2b")
    (root / "data/unread.csv").read_bytes()
    assert watch.states == {
        "data/read.csv": state(str(root / "data/read.csv")),
        "data/later.csv": ABSENT,
        "data": state(str(root / "data")),
        "register#a": "1a2b",
    }


def test_what_was_written_is_no_input_from_then_on(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("旧", encoding="utf-8")
    with watched(tmp_path, tmp_path / "mirror", tmp_path / "output") as watch:
        (tmp_path / "own.txt").write_text("记", encoding="utf-8")
        assert (tmp_path / "own.txt").read_text(encoding="utf-8") == "记"
        (tmp_path / "aside").write_text("1", encoding="utf-8")
        (tmp_path / "aside").rename(tmp_path / "moved")
        (tmp_path / "moved").read_bytes()
    assert not {"own.txt", "aside", "moved"} & watch.states.keys()


def test_the_mirror_stands_for_the_project(tmp_path: Path) -> None:
    root, mirror = tmp_path / "project", tmp_path / "run/mirror"
    root.mkdir()
    (root / "a.csv").write_text("1", encoding="utf-8")
    mirror.parent.mkdir()
    mirror.symlink_to(root)
    with watched(root, mirror, tmp_path / "own") as watch:
        (mirror / "a.csv").read_bytes()
        (mirror / "b.csv").write_text("2", encoding="utf-8")
    assert watch.states["a.csv"] == state(str(root / "a.csv")) and not (root / "b.csv").exists()


def test_a_notebooks_watch_writes_down_each_state_once_and_the_users_own_files(tmp_path: Path) -> None:
    root, log = tmp_path / "project", tmp_path / "log"
    root.mkdir()
    (root / "a.csv").write_text("1", encoding="utf-8")
    own = Path("/srv/office/figures.csv")
    watch = Watch(str(root), "", str(tmp_path / "own"), str(log))
    assert log.read_text(encoding="utf-8") == "", "that nothing was read is written down as well"
    for path in (root / "a.csv", root / "a.csv", own, Path("/etc/hostname"), root / ".hidden", own.parent / ".a/b"):
        watch.look(path, EXISTENCE)
    noted = [json.loads(line)[0] for line in log.read_text(encoding="utf-8").splitlines()]
    assert noted == ["a.csv", str(own), ".hidden"]


def test_compiled_code_counts_as_its_source(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("WORD = '甲'", encoding="utf-8")
    watch = Watch(str(tmp_path), "", str(tmp_path / "own"))
    watch.look(tmp_path / "__pycache__/beside.cpython-311.pyc", CONTENT)
    assert watch.states == {"beside.py": state(str(tmp_path / "beside.py"))}


def test_without_a_watch_nothing_is_noted(tmp_path: Path) -> None:
    look(tmp_path)
    note("register#a", "1a2b")
    assert module_state("no_such_module_anywhere") == module_state("json") == ""
