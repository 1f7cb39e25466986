"""Whose report it is and for which year, however title and sentences say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from govreport.cli.app import app
from govreport.core.errors import FilingError
from govreport.exchange.recognise.published import ImportedReport, read_published

PARTS = [
    "一、总体情况",
    "2022年制发文件3件。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "与2021年相比，2021年提出的问题已改正，2021年未办结的也已办结。",
    "六、其他需要报告的事项",
]
PERIOD = "本报告所列数据统计期限自2022年1月1日至2022年12月31日。"
LAST = "对照《样县水利局2021年政府信息公开工作年度报告》逐项核对。"


def read(tmp_path: Path, *lines: str, parts: list[str] = PARTS) -> ImportedReport:
    (tmp_path / "a.txt").write_text("\n".join((*lines, *parts)), encoding="utf-8")
    return read_published(tmp_path / "a.txt")


@pytest.mark.parametrize(
    "head",
    [
        ["样县水利局2022年政府信息公开工作年度报告"],
        ["样县水利局政府信息公开年报（2022年度）"],
        ["样县水利局", "政府信息公开工作年度报告", "（2022年）"],
        ["样县水利局", "二〇二二年度", "政府信息公开工作年度报告"],
        ["样县水利局政府信息公开年报（2022年度）", LAST],
        ["样县水利局政府信息公开工作年度报告", PERIOD, LAST],
        ["样县水利局政府信息公开工作年度报告", "现将样县水利局2022年度政府信息公开工作年度报告公布如下。", LAST],
        ["样县水利局政府信息公开工作年度报告", LAST + "现公布2022年政府信息公开工作情况。"],
        ["样县水利局政府信息公开工作年度报告", "样县水利局2021年政府信息公开工作年度报告已于去年公布", PERIOD],
        ["当前位置：首页 > 样县水利局2021年政府信息公开工作年度报告", "样县水利局政府信息公开年报（2022年度）"],
    ],
    ids=range(10),
)
def test_the_year_is_that_of_the_report_and_not_of_one_that_it_mentions(head: list[str], tmp_path: Path):
    found = read(tmp_path, *head)
    assert (found.filing.year, found.name) == (2022, "样县水利局")


def test_a_title_that_differs_from_the_period_is_noted(tmp_path: Path):
    found = read(tmp_path, "样县水利局2023年政府信息公开工作年度报告", PERIOD)
    assert found.filing.year == 2023
    assert "标题写作2023年，文中的统计期限却是2022年，按标题读取。" in [note.message for note in found.filing.notes]
    sure = read(tmp_path, "样县水利局2022年政府信息公开工作年度报告", PERIOD)
    assert not [note for note in sure.filing.notes if "统计期限" in note.message or "推定" in note.message]


def test_a_guessed_year_is_noted_and_none_is_refused(tmp_path: Path):
    title = "样县水利局政府信息公开工作年度报告"
    guessed = read(tmp_path, title, "现公布2022年政府信息公开工作情况。")
    assert "标题没有写明年度，按文中所说的年份推定为2022年。" in [note.message for note in guessed.filing.notes]
    with pytest.raises(FilingError, match="没有找到报告年度"):
        read(tmp_path, title, parts=[line for line in PARTS if "20" not in line])


@pytest.mark.parametrize(
    "head",
    [
        ["样县水利局2022年政府信", "息公开工作年度报告"],
        ["样县水利局", "2022 年度政府信息公开工作", "年度报告"],
        ["政府信息公开工作年度报告", "依照条例的规定，样县水利局编制了本报告。", PERIOD],
        ["政府信息公开年报", "本报告由样县水利局公布，数据期限为二〇二二年一月一日至十二月三十一日。"],
        ["样县水利局", "网站首页", "政务公开", "2022年度政府信息公开工作报告"],
        ["样县水利局关于2022年政府信息公开工作的年度报告"],
        ["样县水利局2022年度政府信息公开工作情况报告"],
        ["【年报】样县水利局2022年政府信息公开工作年度报告（附图解）"],
    ],
    ids=range(8),
)
def test_the_agency_is_found_in_broken_titles_and_in_sentences(head: list[str], tmp_path: Path):
    found = read(tmp_path, *head)
    assert (found.filing.year, found.name) == (2022, "样县水利局")


def test_an_agency_that_the_title_does_not_name_is_noted(tmp_path: Path):
    found = read(tmp_path, "政府信息公开工作年度报告", "样县水利局按照条例的要求编写本报告。", PERIOD)
    assert "标题没有写明机构，按文中所写推定为样县水利局。" in [note.message for note in found.filing.notes]


def test_the_year_of_a_report_that_names_none_may_be_given(tmp_path: Path):
    bare = [line for line in PARTS if "20" not in line]
    with pytest.raises(FilingError, match="请用 --year 写明"):
        read(tmp_path, "样县水利局政府信息公开工作年度报告", parts=bare)
    assert read_published(tmp_path / "a.txt", year=2020).filing.year == 2020
    assert read_published(tmp_path / "a.txt", year=2020).filing.form.edition == "2019"
    read(tmp_path, "样县水利局2022年政府信息公开工作年度报告")
    with pytest.raises(FilingError, match="是 2022 年的报告，不是 2021 年的；请去掉所写的年度，"):
        read_published(tmp_path / "a.txt", year=2021)
    done = CliRunner().invoke(app, ["import", str(tmp_path / "a.txt"), "--year", "2022", "--json"])
    assert done.exit_code == 0 and '"year": 2022' in done.stdout


MENU = ["政府信息公开指南", "法定主动公开内容", "政府信息公开年报", "2024年", "2023年", "2022年", "2021年"]


@pytest.mark.parametrize(
    "title",
    [
        "样县水利局关于印发《样县水利局2022年政府信息公开工作年度报告》的通知",
        "样县水利局关于公布2022年政府信息公开工作年度报告的通知",
        "样县水利局2022年政务公开工作年度报告",
    ],
    ids=range(3),
)
def test_a_menu_of_years_beside_the_report_names_neither_agency_nor_year(title: str, tmp_path: Path):
    found = read(tmp_path, *MENU, title, "本报告依据条例编制。")
    assert (found.filing.year, found.name) == (2022, "样县水利局")


def test_a_page_that_only_speaks_of_reports_is_refused(tmp_path: Path):
    lines = [
        "关于公布2022年政府信息公开工作年度报告的公告",
        "各部门的年度报告已编制完成，现予公布。",
        "样县人民政府办公室",
    ]
    with pytest.raises(FilingError, match="没有找到年报的表格，也没有年报的标题和各部分"):
        read(tmp_path, *MENU, *lines, parts=["一、附件", "二、联系方式"])
