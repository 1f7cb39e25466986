"""What stands before or beside figures makes them others': such cells are unreadable, and never another figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.exchange.recognise.published import read_published
from govreport.filing import Filing
from govreport.forms import Catalogue

CATALOGUE = Catalogue.read()
CASES = "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"


def read(folder: Path, part: int, text: str, year: int = 2023, suffix: str = "txt") -> Filing:
    """The filing of a report with a text in one of its parts."""
    parts = [*CATALOGUE.form_for(year).parts]
    page = suffix == "html"
    lines = [f"样县水利局{year}年政府信息公开工作年度报告", *parts[:part], text, *parts[part:], "没有其他事项。"]
    kept = [line if line == text or not page else f"<p>{line}</p>" for line in lines]
    (folder / f"a.{suffix}").write_text("\n".join(kept), encoding="utf-8")
    return read_published(folder / f"a.{suffix}").filing


def cells(filing: Filing, start: str) -> dict[str, object]:
    return {name: value for name, value in filing.cells.items() if name.startswith(start) and value is not None}


@pytest.mark.parametrize(
    "written",
    ["1/21", "3~5件", "12+3", "12↓3", "12→9", "上年 9", "附表3", "约2", "不足12件", "12 %", "减1", "－2", "负1"],
)
def test_a_figure_behind_other_words_or_signs_is_not_the_cells(written: str, tmp_path: Path) -> None:
    names = ("本年制发件数", "本年废止件数", "现行有效件数")
    rows = [f"{row}\n" + "\n".join(f"{name}：{written}" for name in names) for row in ("规章", "行政规范性文件")]
    filing = read(tmp_path, 2, "\n".join(rows))
    assert cells(filing, "proactive.rules") == cells(filing, "proactive.normative") == {}


@pytest.mark.parametrize("written", ["减1", "－2", "↓3", "—1", "负1"])
def test_a_change_does_not_lose_its_sign(written: str, tmp_path: Path) -> None:
    lines = ["行政许可", "上一年项目数量：40", f"本年增/减：{written}", "处理决定数量：500"]
    filing = read(tmp_path, 2, "\n".join(lines), 2020)
    assert filing.cells["proactive.licensing.change"] in (None, -1, -2, -3)


def test_figures_above_their_labels_are_not_those_of_the_labels_before(tmp_path: Path) -> None:
    cards = [
        f"{row}\n" + "\n".join(f"{n + k}\n{name}" for k, name in enumerate(CASES))
        for n, row in ((2, "行政复议"), (8, "未经复议直接起诉"))
    ]
    filing = read(tmp_path, 4, "\n".join(cards))
    own = cells(filing, "disputes.reconsideration")
    assert own in (
        {},
        dict(
            zip(
                (f"disputes.reconsideration.{key}" for key in ("upheld", "corrected", "other", "pending", "total")),
                range(2, 7),
                strict=True,
            )
        ),
    )


@pytest.mark.parametrize(
    "order", [["行政诉讼", "行政复议"], ["行政诉讼（复议后起诉）", "行政诉讼（未经复议直接起诉）"]]
)
def test_rows_of_other_labels_are_not_read_as_those_of_their_places(order: list[str], tmp_path: Path) -> None:
    head = "".join(f"<td>{name}</td>" for name in ("类别", *CASES))
    rows = [
        f"<td>{label}</td>" + "".join(f"<td>{n}</td>" for n in own)
        for label, own in zip(order, ((9, 0, 0, 0, 9), (4, 1, 0, 0, 5)), strict=True)
    ]
    table = "<table>" + "".join(f"<tr>{row}</tr>" for row in (head, *rows)) + "</table>"
    filing = read(tmp_path, 4, table, suffix="html")
    assert filing.cells["disputes.litigation.direct.total"] in (None, 5)
    assert filing.cells["disputes.litigation.after_reconsideration.total"] in (None, 9)


@pytest.mark.parametrize("gap", ["  ", "\t", " | "])
def test_documents_below_a_header_in_another_order_are_not_read_in_the_forms(gap: str, tmp_path: Path) -> None:
    rows = [
        ("信息内容", "现行有效件数", "本年制发件数", "本年废止件数"),
        ("规章", "50", "4", "3"),
        ("行政规范性文件", "61", "7", "2"),
    ]
    filing = read(tmp_path, 2, "\n".join(map(gap.join, rows)))
    assert filing.cells["proactive.rules.issued"] in (None, 4)
    assert filing.cells["proactive.normative.in_force"] in (None, 61)


@pytest.mark.parametrize("corner", ["内容", "标题", "正文", "No"])
def test_a_header_whose_corner_is_a_word_of_crawlers_stays_a_header(corner: str, tmp_path: Path) -> None:
    rows = [(corner, "现行有效件数", "本年制发件数", "本年废止件数"), ("规章", 50, 4, 3), ("行政规范性文件", 61, 7, 2)]
    drawn = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    filing = read(tmp_path, 2, f"<table>{drawn}</table>", suffix="html")
    assert filing.cells["proactive.rules.issued"] in (None, 4)
    assert filing.cells["proactive.rules.in_force"] in (None, 50)
