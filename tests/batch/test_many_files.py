"""A folder of reports is read by several processes: in its order, and no file stops another."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from govreport.batch import check_files, many_files
from govreport.checks import foreign_filing
from govreport.core.errors import DEBUG_VARIABLE
from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.filing.filing import Filing
from tests.support.published_score import CORPUS

FILES = CORPUS / "files"


def die(*_: object) -> None:
    """End the process that reads, as a fault of native code would."""
    os._exit(1)


def stumble(path: Path, *rest: Any) -> ImportedReport:
    """Read no page, as a fault of the reader would have it, and all else."""
    if path.suffix == ".html":
        raise ZeroDivisionError("division by zero")
    return read_published(path, *rest)


@pytest.fixture
def folder(tmp_path: Path) -> list[Path]:
    (tmp_path / "a.txt").write_text("不是年报。", encoding="utf-8")
    for name in ("html-plain-2021.html", "office-plain-2022.pdf", "docx-plain-2021.docx"):
        shutil.copy(FILES / name, tmp_path)
    return sorted(tmp_path.iterdir())


def test_many_files_give_what_each_alone_gives_in_their_order(folder: list[Path], monkeypatch: pytest.MonkeyPatch):
    alone = list(check_files(folder))
    monkeypatch.setattr(many_files, "MANY", 2)
    together = list(check_files(folder))
    assert [one.path for one in together] == folder
    assert together == alone
    assert together[0].imported is None and all(one.imported for one in together[1:])


def test_a_file_that_ends_the_process_that_reads_it_is_told(folder: list[Path], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(many_files, "MANY", 2)
    monkeypatch.setattr(many_files, "_read", die)
    found = list(check_files(folder))
    assert [one.path for one in found] == folder
    for one in found:
        assert one.imported is None
        assert "读取的进程意外退出" in one.checked.findings.errors[0].message


def test_a_fault_of_ours_in_one_file_stops_no_other(
    folder: list[Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    whole = list(check_files(folder))
    monkeypatch.setattr(many_files, "read_published", stumble)
    found = list(check_files(folder))
    assert "Traceback" not in capfd.readouterr().err
    for before, one in zip(whole, found, strict=True):
        if one.path.suffix != ".html":
            assert one == before
            continue
        assert one.imported is None
        (finding,) = one.checked.findings.errors
        assert one.path.name in finding.message and "程序内部出错（ZeroDivisionError" in finding.message
        assert "报告给维护者" in finding.message
    monkeypatch.setenv(DEBUG_VARIABLE, "1")
    list(check_files(folder))
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_fault_of_ours_in_checking_one_file_stops_no_other(folder: list[Path], monkeypatch: pytest.MonkeyPatch):
    whole = list(check_files(folder))
    right = foreign_filing.check_filings

    def stumbling(filings: list[tuple[Filing, Filing | None]]) -> object:
        if filings[0][0].year == 2022:
            raise ZeroDivisionError("division by zero")
        return right(filings)

    monkeypatch.setattr(foreign_filing, "check_filings", stumbling)
    found = list(check_files(folder))
    assert [one for one in found if one.path.suffix != ".pdf"] == [one for one in whole if one.path.suffix != ".pdf"]
    (one,) = (one for one in found if one.path.suffix == ".pdf")
    (finding,) = one.checked.findings.errors
    assert one.path.name in finding.message and "程序内部出错（ZeroDivisionError" in finding.message
