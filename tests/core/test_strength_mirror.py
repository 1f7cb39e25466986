"""A notebook that writes where its project stands writes into a mirror: the project stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.core.mirror import unfold


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A link that stands for a project with a table of figures, which a notebook sees."""
    figures = tmp_path / "project/data/office/figures.csv"
    figures.parent.mkdir(parents=True)
    figures.write_text("12", encoding="utf-8")
    (tmp_path / "project/data/note.txt").write_text("记", encoding="utf-8")
    (tmp_path / "run").mkdir()
    place = tmp_path / "run/mirror"
    place.symlink_to(tmp_path / "project")
    return place


def test_what_is_written_in_the_mirror_leaves_the_project_as_it_is(mirror: Path, tmp_path: Path) -> None:
    own = mirror / "data/office/figures.csv"
    unfold(mirror, own)
    assert own.read_text(encoding="utf-8") == "12", "a notebook may add to what is there"
    own.write_text("13", encoding="utf-8")
    assert (tmp_path / "project/data/office/figures.csv").read_text(encoding="utf-8") == "12"


def test_what_nobody_writes_stays_a_link_to_the_project(mirror: Path, tmp_path: Path) -> None:
    unfold(mirror, mirror / "data/office/figures.csv")
    assert not mirror.is_symlink() and not (mirror / "data").is_symlink()
    assert (mirror / "data/note.txt").readlink() == tmp_path / "project/data/note.txt"


def test_a_new_file_may_be_made_and_appears_in_no_project(mirror: Path, tmp_path: Path) -> None:
    new = mirror / "data/office/figs/one.svg"
    unfold(mirror, new)
    assert not new.exists() and not new.is_symlink()
    new.parent.mkdir()
    new.write_text("图", encoding="utf-8")
    assert sorted(path.name for path in (tmp_path / "project/data/office").iterdir()) == ["figures.csv"]


def test_a_link_of_the_project_that_leads_nowhere_is_replaced_by_nothing(mirror: Path, tmp_path: Path) -> None:
    (tmp_path / "project/data/lost.csv").symlink_to(tmp_path / "gone.csv")
    unfold(mirror, mirror / "data/lost.csv")
    (mirror / "data/lost.csv").write_text("1", encoding="utf-8")
    assert not (tmp_path / "gone.csv").exists()


def test_what_is_unfolded_once_is_not_copied_again(mirror: Path) -> None:
    own = mirror / "data/office/figures.csv"
    unfold(mirror, own)
    own.write_text("13", encoding="utf-8")
    unfold(mirror, own)
    assert own.read_text(encoding="utf-8") == "13"


def test_a_link_within_the_mirror_stays_and_what_it_leads_to_is_the_notebooks_own(mirror: Path) -> None:
    unfold(mirror, mirror / "data/office/figures.csv")
    (mirror / "again").symlink_to(mirror / "data/office")
    unfold(mirror, mirror / "again/figures.csv")
    assert (mirror / "again").is_symlink()


def test_a_path_outside_the_mirror_is_none_of_its_business(mirror: Path, tmp_path: Path) -> None:
    beside = tmp_path / "run/beside.csv"
    beside.symlink_to(tmp_path / "project/data/note.txt")
    unfold(mirror, beside)
    assert beside.is_symlink() and mirror.is_symlink()
