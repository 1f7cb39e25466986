"""What lies in a filing's folder and nothing reads is told by a check, and by doctor in the same way."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.checks.checking import check_report
from govreport.checks.filing_files import unread_files
from govreport.filing.project import Project
from tests.support.projects import GOOD, YEAR, append_to, make_project

FOLDER = f"data/{GOOD}/{YEAR}"
TABLE = "平台,发布（条）\n网站,120\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "city", GOOD)


def notices(root: Path) -> list[str]:
    found = check_report(Project(root), GOOD, YEAR).findings
    return [one.message for one in found if (one.rule, one.severity) == ("F1", "notice")]


@pytest.mark.parametrize(
    "name",
    [
        "tables/platforms.xlsx", "tables/platforms.tsv", "tables/platforms.txt", "waiver.toml", "comment.toml",
        "narrative.txt", "narrative (1).md", "platforms.csv", "Applications.csv",
    ],
)  # fmt: skip
def test_a_file_that_nothing_reads_is_told(name: str, root: Path) -> None:
    file = root / FOLDER / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(TABLE, encoding="utf-8")
    (told,) = notices(root)
    assert told.startswith(f"{FOLDER} 中的 {name} 不会被读取；")


def test_a_table_in_a_folder_of_its_own_is_told_with_the_others(root: Path) -> None:
    (root / FOLDER / "tables/2023").mkdir(parents=True)
    (root / FOLDER / "tables/2023/platforms.csv").write_text(TABLE, encoding="utf-8")
    (root / FOLDER / "waiver.toml").touch()
    (told,) = notices(root)
    assert "中的 tables/2023、waiver.toml 不会被读取" in told


def test_a_file_that_keeps_a_filing_from_being_read_is_told_as_well(root: Path) -> None:
    (root / FOLDER / "narrative.md").rename(root / FOLDER / "narrative.txt")
    assert "narrative.txt 不会被读取" in notices(root)[0]


def test_what_is_read_what_the_text_names_and_what_is_hidden_is_not_told(root: Path) -> None:
    (root / FOLDER / "tables").mkdir()
    (root / FOLDER / "tables/platforms.CSV").write_text(TABLE, encoding="utf-8")
    for name in (".DS_Store", "流程图.png"):
        (root / FOLDER / name).write_bytes(b"\x89PNG")
    append_to(root / FOLDER / "narrative.md", "\n![流程图](流程图.png)\n")
    assert unread_files(Project(root), GOOD, YEAR) == []
