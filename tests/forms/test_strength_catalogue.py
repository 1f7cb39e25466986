"""Which editions a folder of forms holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.core.errors import FormError
from govreport.forms.catalogue import FOLDER, Catalogue


def copied(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    """A copy of the edition of 2021 in a folder of forms, with changes."""
    text = (FOLDER / "2021.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")


LATER = (('edition = "2021"', 'edition = "x"'), ("first_year = 2021", "first_year = 2027"))


@pytest.mark.parametrize(
    ("change", "what"),
    [((LATER[0][0], 'edition = "y"'), "2027"), ((LATER[1][0], "first_year = 2028"), "x")],
)
def test_two_files_that_share_an_edition_or_a_first_year_are_named(
    change: tuple[str, str], what: str, tmp_path: Path
) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    copied(folder, "a.toml", *LATER)
    copied(folder, "b.toml", *(change if change[0] == later[0] else later for later in LATER))
    with pytest.raises(FormError) as error:
        Catalogue.read(folder)
    told = f"格式文件 forms/b.toml 与 forms/a.toml 的 edition 或 first_year 相同（{what}）；请改正其一。"
    assert str(error.value) == told


def test_editions_stand_in_the_order_of_their_years_whatever_their_files_are_called(tmp_path: Path) -> None:
    copied(tmp_path, "z.toml", *LATER)
    copied(tmp_path, "a.toml", (LATER[0][0], 'edition = "y"'), (LATER[1][0], "first_year = 2030"))
    catalogue = Catalogue.read(tmp_path)
    assert list(catalogue.editions) == ["2019", "2021", "x", "y"] and catalogue.newest.edition == "y"
    assert [catalogue.form_for(year).edition for year in (2019, 2026, 2027, 2030)] == ["2019", "2021", "x", "y"]


def test_an_edition_may_be_named_after_its_first_year(tmp_path: Path) -> None:
    copied(tmp_path, "a.toml", (LATER[0][0], 'edition = "2027"'), LATER[1])
    assert list(Catalogue.read(tmp_path).editions) == ["2019", "2021", "2027"]
    with pytest.raises(FormError, match=r"^没有适用于 2018 年的格式；最早的格式自 2019 年起施行。$"):
        Catalogue.read(tmp_path).form_for(2018)


def test_a_folder_is_read_anew_when_a_file_in_it_changes_and_only_then(tmp_path: Path) -> None:
    copied(tmp_path, "a.toml", *LATER)
    before = Catalogue.read(tmp_path)
    assert Catalogue.read(tmp_path) is before and before.own == (tmp_path / "a.toml",)
    copied(tmp_path, "b.toml", (LATER[0][0], 'edition = "y"'), (LATER[1][0], "first_year = 2030"))
    assert list(Catalogue.read(tmp_path).editions) == [*before.editions, "y"]
    assert Catalogue.read(tmp_path).editions["x"] is before.editions["x"]
