"""What an error says to an analyst, and what of her own code it points at."""

from __future__ import annotations

import errno
import pickle
from pathlib import Path

import pytest

from govreport.core.errors import (
    FilingError,
    GovReportError,
    ProjectError,
    UnknownNameError,
    choice_of,
    os_reason,
    os_sentence,
    read_each,
)
from govreport.core.textfile import read_text

REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "文件系统只读",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "不存在",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "已存在",
    errno.EISDIR: "应是文件，却是文件夹",
    errno.ELOOP: "链接指向自己",
    errno.ENOMEM: "内存不足",
    errno.EMFILE: "打开的文件过多",
    errno.EIO: "设备读写出错",
    errno.EADDRINUSE: "已被其他程序占用",
}


@pytest.mark.parametrize("number", REASONS)
def test_a_usual_refusal_of_the_system_is_told_in_chinese(number: int) -> None:
    assert os_reason(OSError(number, "in English")) == REASONS[number]


def test_a_refusal_without_a_chinese_name_is_told_in_the_systems_words() -> None:
    assert os_reason(OSError(errno.EMLINK, "Too many links")) == "Too many links"
    assert os_reason(OSError("no number at all")) == "no number at all"


def raised_in(folder: Path, line: str = "raise GovReportError('缺少表。')") -> GovReportError:
    """An error that the third line of an analyst's own file gives."""
    (folder / "cell.py").write_text(f"\n\n{line}\n", encoding="utf-8")
    names = {"GovReportError": GovReportError, "read_text": read_text, "Path": Path}
    with pytest.raises(GovReportError) as error:
        exec(compile(f"\n\n{line}\n", str(folder / "cell.py"), "exec"), names)
    return error.value


def test_an_error_in_a_notebook_is_its_sentence_and_the_line_that_called(tmp_path: Path) -> None:
    told = raised_in(tmp_path)._render_traceback_()
    assert told == ["错误：缺少表。", "第3行：raise GovReportError('缺少表。')"]


def test_an_error_from_the_package_itself_points_at_no_line() -> None:
    assert GovReportError("缺少表。")._render_traceback_() == ["错误：缺少表。"]


def test_an_error_from_within_the_package_points_at_the_line_that_called_it(tmp_path: Path) -> None:
    told = raised_in(tmp_path, line="read_text(Path('gone.csv'), 'gone.csv')")._render_traceback_()
    assert told == ["错误：缺少 gone.csv；请补上这个文件。", "第3行：read_text(Path('gone.csv'), 'gone.csv')"]


def test_of_the_analysts_own_functions_the_one_that_called_last_is_pointed_at(tmp_path: Path) -> None:
    lines = "read = lambda: read_text(Path('gone.csv'), 'gone.csv')\nread()"
    told = raised_in(tmp_path, line=lines)._render_traceback_()
    assert told[1] == "第3行：read = lambda: read_text(Path('gone.csv'), 'gone.csv')"


def test_a_line_whose_text_is_gone_is_not_told() -> None:
    with pytest.raises(GovReportError) as error:
        exec(compile("raise GovReportError('缺少表。')", "<gone>", "exec"), {"GovReportError": GovReportError})
    assert error.value._render_traceback_() == ["错误：缺少表。"]


def test_a_programmer_gets_the_whole_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = raised_in(tmp_path)
    monkeypatch.setenv("GOVREPORT_DEBUG", "1")
    assert "Traceback (most recent call last)" in "".join(error._render_traceback_())


def test_every_reason_why_a_filing_cannot_be_read_is_told_even_from_another_process() -> None:
    error = FilingError(["第一条。", "第二条。"])
    for same in (error, pickle.loads(pickle.dumps(error))):
        assert same.problems == ("第一条。", "第二条。")
        assert str(same) == "第一条。\n第二条。"


def test_all_mistakes_of_several_items_are_told_together_each_by_itself() -> None:
    def read(item: str) -> str:
        if item != "好":
            raise ProjectError(item)
        return item

    def fail(problems: list[str]) -> GovReportError:
        return ProjectError("；".join(problems))

    assert read_each(read, ["好", "好"], fail) == ["好", "好"]
    with pytest.raises(ProjectError, match=r"^甲；乙；丙$"):
        read_each(read, ["甲\n乙", "好", "丙"], fail)


def test_an_error_of_the_system_names_a_file_or_says_that_it_was_one() -> None:
    assert "文件" in os_sentence(OSError(errno.ENOSPC, "No space left on device"))
    assert "甲.csv" in os_sentence(OSError(errno.ENOSPC, "No space left on device", "甲.csv"))


@pytest.mark.parametrize(
    ("key", "close"), [("aplications", "applications"), ("dispute", "disputes"), ("x", ""), ("", ""), (2023, "")]
)
def test_who_asks_by_a_name_that_nothing_has_is_told_the_names_and_the_one_most_like_it(key: str, close: str) -> None:
    tables = ("proactive", "applications", "disputes")
    with pytest.raises(UnknownNameError) as error:
        choice_of(key, iter(tables), "表", "年度报告，笔记本应照它的表写")
    told = str(error.value)
    assert told.startswith(f"没有名为“{key}”的表") and "proactive、applications、disputes" in told
    assert told.endswith(f"；是否应为 {close}。" if close else "；这是年度报告，笔记本应照它的表写。")
    with pytest.raises(UnknownNameError, match="应是统计表的名称") as error:
        choice_of(key, tables, "表", known="应是统计表的名称")
    assert "proactive" not in str(error.value) and choice_of("disputes", tables, "表") == "disputes"
