"""Which editions a folder of forms holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from govreport.core.errors import FormError
from govreport.forms.catalogue import FOLDER, editions, form_for


def copied(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    """A copy of the edition of 2021 in a folder of forms, with changes."""
    text = (FOLDER / "2021.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "what"),
    [(('edition = "2021"', 'edition = "2027"'), "2021"), (("first_year = 2021", "first_year = 2027"), "2021")],
)
def test_two_files_that_share_an_edition_or_a_first_year_are_named(
    change: tuple[str, str], what: str, tmp_path: Path
) -> None:
    copied(tmp_path, "a.toml")
    copied(tmp_path, "b.toml", change)
    with pytest.raises(FormError) as error:
        editions(tmp_path)
    assert str(error.value) == f"格式文件 b.toml 与 a.toml 的 edition 或 first_year 相同（{what}）；请改正其一。"


def test_editions_stand_in_the_order_of_their_years_whatever_their_files_are_called(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "2019.toml", tmp_path / "z.toml")
    copied(tmp_path, "a.toml", ('edition = "2021"', 'edition = "x"'), ("first_year = 2021", "first_year = 2027"))
    assert list(editions(tmp_path)) == ["2019", "x"]
    assert [form_for(year, tmp_path).edition for year in (2019, 2026, 2027)] == ["2019", "2019", "x"]


def test_an_edition_may_be_named_after_its_first_year(tmp_path: Path) -> None:
    copied(tmp_path, "a.toml")
    assert list(editions(tmp_path)) == ["2021"]
    with pytest.raises(FormError, match=r"^没有适用于 2020 年的格式；最早的格式自 2021 年起施行。$"):
        form_for(2020, tmp_path)


def test_a_folder_without_forms_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormError) as error:
        editions(tmp_path)
    assert str(error.value) == f"{tmp_path} 中没有格式文件（*.toml）；请重新安装 govreport。"
