"""Tables whose headers are not the form's: what cannot be told is unreadable, no other cell's figure and no blank."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from govreport.exchange.recognise.published import read_published
from govreport.filing import Project
from tests.support.projects import REPOSITORY

FILING = Project(REPOSITORY).filing("shili-dongcheng", 2023)
HEADINGS = ("示例市教育局2023年政府信息公开工作年度报告", *FILING.form.parts)


def test_columns_whose_total_stands_first_are_not_read_in_the_forms_order(tmp_path: Path) -> None:
    path, table = tmp_path / "report.md", FILING.form.tables["applications"]
    columns = (table.columns[-1], *table.columns[:-1])
    lines = [("情形", *(column.label[-1] for column in columns)), ("---",) * (len(columns) + 1)]
    for row in table.rows:
        lines.append((row.label[-1], *(str(FILING.cells[f"applications.{row.key}.{c.key}"]) for c in columns)))
    drawn = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    path.write_text("\n\n".join((*HEADINGS[:4], drawn, *HEADINGS[4:])), encoding="utf-8")
    read = read_published(path).filing
    own = {name: value for name, value in read.cells.items() if name.startswith("applications.")}
    assert all(value in (None, FILING.cells[name]) for name, value in own.items())
    assert all(name in read.unreadable for name, value in own.items() if value is None)


TURNED = """第二十条第（一）项
信息内容,规章,规范性文件
本年新制作数量,0,24
本年新公开数量,0,19
对外公开总数量,0,84
第二十条第（五）项
信息内容,行政许可,其他对外管理服务事项
上一年项目数量,120,63
本年增/减,5,-2
处理决定数量,0,0
第二十条第（六）项
信息内容,行政处罚,行政强制
上一年项目数量,0,0
本年增/减,0,-2
处理决定数量,3,110
第二十条第（八）项
信息内容,行政事业性收费
第二十条第（九）项
信息内容,政府集中采购
采购总金额（元）,583.27"""


def test_a_table_is_not_blank_where_its_figures_were_not_read(tmp_path: Path) -> None:
    book, path = openpyxl.Workbook(), tmp_path / "report.xlsx"
    table, headings = (
        [line.split(",") for line in TURNED.splitlines()],
        [one.replace("2023", "2020") for one in HEADINGS],
    )
    for row in [
        *([heading] for heading in headings[:3]),
        *table,
        *([heading] for heading in headings[3:]),
        ["申请人情况", *HEADINGS],
    ]:
        book.active.append(row)
    book.save(path)
    read = read_published(path).filing
    names = {name for name in read.cells if name.startswith("proactive.")}
    assert {name for name in names if read.cells[name] is None} <= read.unreadable.keys()
