"""The fill-in workbook: what stands in it, what a colleague may do to it, and that it reads back exactly."""

from __future__ import annotations

import datetime
import json
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font

from govreport.checks.edits.matrix import Case, edit_matrix, evaluate, figures_of
from govreport.core.errors import FilingError, ProjectError
from govreport.exchange.readers.opening import open_file
from govreport.exchange.recognise.published import read_published
from govreport.exchange.workbook.formulas import AGREES, parts_by_total
from govreport.exchange.workbook.workbook import write_form, write_workbook
from govreport.exchange.workbook.workbook_reader import read_workbook
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
from govreport.filing.project import Project
from govreport.forms.catalogue import Catalogue
from govreport.forms.expansion import expand
from govreport.forms.part_vocabulary import part_words
from tests.support.laws import broken
from tests.support.office import converted
from tests.support.projects import REPOSITORY, add_agency, govreport, make_project
from tests.support.strategies import any_filings, consistent_filing, consistent_filings, examples, some

SAMPLES = some([(agency.slug, year) for agency, year in Project(REPOSITORY).reports()], 3)
"""A law below is tried on filings of any kind."""
FIRST = Catalogue.read().form_for(2023).tables
NEW, GRANTED, TOTAL = (f"applications.{row}.natural" for row in ("new", "granted", "total"))


def sample(slug: str = "shili-civil-affairs", year: int = 2023) -> tuple[Filing, Filing | None]:
    project = Project(REPOSITORY)
    return project.filing(slug, year), project.last_filing(slug, year)


MADE: dict[str, bytes] = {}
"""The workbooks that were written so far, by what stands in them."""


def workbook(folder: Path, filing: Filing, last: Filing | None = None) -> Path:
    """Write the workbook of a filing, or lay down again what was written of it for another test."""
    path = folder / "填报表.xlsx"
    content = repr((filing, last))
    if content not in MADE:
        write_workbook(path, filing, last)
        MADE[content] = path.read_bytes()
    path.write_bytes(MADE[content])
    return path


def read_back(path: Path) -> Filing | None:
    return read_workbook(open_file(path, path.name))


def changed(path: Path, change: Callable[[Any], object]) -> Path:
    """Let a colleague change a workbook and save it."""
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def sheet_of(book: Any, kind: str) -> Any:
    """The sheet that holds a table or, by number, a part."""
    return next(s for s in book.worksheets if f'"sheet": "{kind}"' in str(s["A1"].value))


def at(book: Any, name: str) -> Any:
    """The cell of a workbook that holds a figure, found by the keys in its hidden row and column."""
    sheet = sheet_of(book, name.split(".", 1)[0])
    for row in sheet.iter_rows(min_row=2):
        for key in str(row[0].value or "").split():
            column, _, found = key.partition(":")
            if found == name:
                return sheet.cell(row[0].row, int(column))
    raise KeyError(name)


def everything(filing: Filing) -> tuple[object, ...]:
    """What must come back exactly."""
    parts = {number: (part.heading, part.text) for number, part in filing.narrative.parts.items()}
    front = filing.narrative.published, filing.narrative.contact, filing.narrative.signature
    texts = {name: found.text for name, found in filing.unreadable.items()}
    whose = filing.agency, filing.name, filing.year
    return whose, filing.form.editions, filing.cells, texts, filing.title, parts, front


@pytest.mark.parametrize(("slug", "year"), SAMPLES)
def test_every_sample_filing_reads_back_exactly(slug: str, year: int, tmp_path: Path) -> None:
    filing, last = sample(slug, year)
    again = read_back(workbook(tmp_path, filing, last))
    assert again is not None
    assert everything(again) == everything(filing)
    assert not again.notes


@given(filing=any_filings() | consistent_filings())
@examples(25, thorough=60)
def test_any_filing_of_either_edition_or_both_reads_back_exactly(
    filing: Filing, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "任意.xlsx"
    write_workbook(path, filing)
    again = read_back(path)
    assert again is not None
    assert everything(again) == everything(filing)


def test_text_never_becomes_a_formula(tmp_path: Path) -> None:
    attack = '=HYPERLINK("https://shili.example","领奖")'
    parts = {number: Part("", attack) for number in range(7)}
    narrative = Narrative(title=f"{attack}\n+1\n-1\n@x", contact=attack, signature="'=1", parts=parts)
    filing = Filing.from_cells("demo", "=1+1", 2023, {NEW: "=cmd|' /C calc'!A0", GRANTED: "#N/A"}, narrative=narrative)
    path = workbook(tmp_path, filing)
    formulas = [c.value for s in load_workbook(path) for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert all(text.startswith("=IF(COUNT(") for text in formulas)
    again = read_back(path)
    assert again is not None
    assert everything(again) == everything(filing)
    assert not again.notes


def test_only_figures_and_prose_can_be_changed(tmp_path: Path) -> None:
    filing, last = sample()
    book = load_workbook(workbook(tmp_path, filing, last))
    assert all(sheet.protection.sheet and sheet.protection.password is None for sheet in book)
    for key, table in filing.form.tables.items():
        cells = [cell for row in sheet_of(book, key).iter_rows() for cell in row]
        unlocked = {cell.coordinate for cell in cells if not (cell.protection.locked or type(cell) is MergedCell)}
        assert unlocked == {at(book, cell.name).coordinate for cell in table.cells}


def test_a_figure_cell_takes_only_figures_of_its_kind(tmp_path: Path) -> None:
    book = load_workbook(workbook(tmp_path, Filing.from_cells("demo", "示例局", 2020, {})))

    def rule(name: str) -> tuple[str, str, str]:
        cell = at(book, name)
        found = [d for d in cell.parent.data_validations.dataValidation if cell.coordinate in d.sqref]
        assert len(found) == 1 and found[0].showErrorMessage
        return found[0].type, found[0].formula1, found[0].formula2

    assert rule(NEW) == ("whole", "0", "999999999999999")
    assert rule("proactive.licensing.change") == ("whole", "-999999999999999", "999999999999999")
    assert rule("proactive.procurement.amount") == ("decimal", "0", "9999999999999.99")


@pytest.mark.parametrize("year", [2020, 2023])
def test_sheets_are_laid_out_as_the_form_and_print_on_a4(year: int, tmp_path: Path) -> None:
    filing = Filing.from_cells("demo", "示例局", year, {})
    book = load_workbook(workbook(tmp_path, filing))
    assert book.sheetnames[0] == "填表说明"
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, None, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_area
        assert sheet.row_dimensions[1].hidden and sheet.column_dimensions["A"].hidden
    sheet = sheet_of(book, "applications")
    assert sheet.print_title_rows == "$4:$6"
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    table = filing.form.tables["applications"]
    assert {label for row in table.rows for label in row.label} | {table.corner} <= texts
    assert "B4:D6" in {str(area) for area in sheet.merged_cells.ranges}, "the corner is three rows deep, three wide"


def test_figures_that_last_years_report_fixes_are_filled_in(tmp_path: Path) -> None:
    filing, last = sample()
    assert last is not None
    blank = Filing.from_cells(filing.agency, filing.name, filing.year, {})
    again = read_back(workbook(tmp_path, blank, last))
    assert again is not None
    columns = [column.key for column in FIRST["applications"].columns]
    filled = {name: figure for name, figure in again.cells.items() if figure is not None}
    assert filled == {f"applications.carried_in.{c}": last.cells[f"applications.carried_out.{c}"] for c in columns}


def test_a_blank_workbook_offers_the_aspects_of_part_one_with_room_below_each(tmp_path: Path) -> None:
    project = Project(make_project(tmp_path / "p", "shili-civil-affairs"))
    write_form(project, project.agency("shili-civil-affairs"), 2024, tmp_path / "填报表.xlsx")
    sheet = sheet_of(load_workbook(tmp_path / "填报表.xlsx"), "part.1")
    texts = [sheet.cell(row, 3).value for row in range(3, 13)]
    assert texts[1::2] == [None] * 5
    assert [text.partition("）")[2] for text in texts[::2]] == [aspect.name for aspect in part_words().aspects]
    changed(tmp_path / "填报表.xlsx", lambda book: sheet_of(book, "part.1").cell(4, 3, "全年按时公布。"))
    again = read_back(tmp_path / "填报表.xlsx")
    assert again is not None and again.narrative.parts[1].text.startswith(
        "## （一）主动公开\n\n全年按时公布。\n\n## （二）"
    )


def test_a_figure_and_a_text_that_were_struck_through_are_not_read_and_told(tmp_path: Path) -> None:
    filing, _ = sample()

    def strike(book: Any) -> None:
        at(book, NEW).font = Font(strike=True)
        text = next(c for row in sheet_of(book, "part.1").iter_rows(min_row=3, min_col=3) for c in row if c.value)
        text.font = Font(strike=True)

    again = read_back(changed(workbook(tmp_path, filing), strike))
    assert again is not None and filing.cells[NEW] is not None and again.cells[NEW] is None
    figure, text = [note.message for note in again.notes if "划去" in note.message]
    assert f"“{filing.cells[NEW]}”没有读入" in figure and "行中划去的“" in text
    assert again.narrative.parts[1].text == filing.narrative.parts[1].text.partition("\n\n")[2]


BESIDE = (
    "填报表.xlsx 工作表“{}”有此处原来没有的内容，没有读入：“{}”；"
    "名称改了的，数字仍按原名读；是报告内容的，请填入各表和各部分的文字。"
)


def test_what_a_colleague_put_beside_the_cells_is_told_with_its_sheet_and_cell(tmp_path: Path) -> None:
    filing, last = sample()
    table, part = (filing.form.tables["proactive"].name, "六、其他需要报告的事项")

    def add(book: Any) -> None:
        sheet_of(book, "proactive")["H13"] = "另有受理22件"
        sheet_of(book, "proactive")["C6"].comment = Comment("此数待核", "填报人")
        sheet_of(book, "part.6")["D4"] = "右侧补充"
        sheet_of(book, "part.6")["B4"] = "改过的标签"
        sheet_of(book, "guide")["C40"] = 99
        sheet_of(book, "proactive")["H14"] = 5
        book.create_sheet("补充情况")["A1"] = "另收电话申请12件"
        book.create_sheet("空表")

    again = read_back(changed(workbook(tmp_path, filing, last), add))
    assert again is not None and everything(again) == everything(filing)
    assert {note.message for note in again.notes} == {
        BESIDE.format(table, "H13：另有受理22件"),
        BESIDE.format(table, "C6的批注：此数待核"),
        BESIDE.format(part, "D4：右侧补充"),
        BESIDE.format(part, "B4：改过的标签"),
        BESIDE.format("填表说明", "C40：99"),
        BESIDE.format(table, "H14：5"),
        BESIDE.format("补充情况", "A1：另收电话申请12件"),
    }


def test_a_label_that_stands_in_another_ones_place_is_told_since_figures_are_read_by_their_keys(tmp_path: Path) -> None:
    filing, last = sample()

    def swap(book: Any) -> None:
        sheet = sheet_of(book, "applications")
        row = at(book, GRANTED).row
        granted, partial = (sheet.cell(row + n, 3) for n in (0, 1))
        granted.value, partial.value = partial.value, granted.value

    again = read_back(changed(workbook(tmp_path, filing, last), swap))
    assert again is not None and everything(again) == everything(filing)
    told = [note.message for note in again.notes]
    assert len(told) == 2 and "部分公开" in told[0] and "（一）予以公开" in told[1]
    assert all("数字仍按原名读" in message for message in told)


def test_moved_rows_and_another_programs_formulas_are_nothing_beside_the_cells(tmp_path: Path) -> None:
    filing, last = sample("shili-meteorology")

    def move(book: Any) -> None:
        sheet_of(book, "part.1").insert_rows(5)
        sheet_of(book, "proactive").insert_rows(2)
        sheet_of(book, "disputes").title = "复议表"

    again = read_back(changed(workbook(tmp_path, filing, last), move))
    assert again is not None and again.notes == ()


def test_a_total_left_to_its_formula_is_computed_from_its_parts(tmp_path: Path) -> None:
    filing, _ = sample()
    path = workbook(tmp_path, filing)
    again = read_back(changed(path, lambda book: setattr(at(book, GRANTED), "value", 1000)))
    assert again is not None
    gain = 1000 - int(filing[GRANTED] or 0)
    assert again[TOTAL] == filing[TOTAL] + gain
    assert again["applications.granted.total"] == filing["applications.granted.total"] + gain
    assert again["applications.total.total"] == filing["applications.total.total"] + gain


def test_a_total_that_was_typed_over_is_taken_as_typed(tmp_path: Path) -> None:
    filing, _ = sample()
    again = read_back(changed(workbook(tmp_path, filing), lambda book: setattr(at(book, TOTAL), "value", 7)))
    assert again is not None
    assert again[TOTAL] == 7


def test_a_total_over_an_unreadable_part_is_not_guessed(tmp_path: Path) -> None:
    filing, _ = sample()
    again = read_back(changed(workbook(tmp_path, filing), lambda book: setattr(at(book, GRANTED), "value", "三件")))
    assert again is not None
    assert {GRANTED, TOTAL, "applications.granted.total", "applications.total.total"} == set(again.unreadable)
    assert any("总计没有计算" in note.message for note in again.notes)


ODD = [
    (3.0, 3, None),
    ("１，２０４", 1204, "按1204读取"),
    ("/", None, "按空白处理"),
    (2.5, None, None),
    ("三", None, None),
    (True, None, None),
    (datetime.datetime(2024, 1, 3), None, "是日期或时间"),
    (datetime.time(1, 2), None, "是日期或时间"),
    ("=3+4", None, "其结果不是整数或没有保存"),
    (1e300, None, None),
]


def test_what_people_put_into_cells_is_a_figure_or_unreadable(tmp_path: Path) -> None:
    blank = Filing.from_cells("demo", "示例局", 2023, {})
    parts = set(blank.cells) - parts_by_total(blank.form).keys()
    names = sorted(name for name in parts if name.startswith("applications."))[: len(ODD)]
    odd = dict(zip(names, ODD, strict=True))

    def fill(book: Any) -> None:
        for name, (value, _, _) in odd.items():
            at(book, name).value = value

    again = read_back(changed(workbook(tmp_path, blank), fill))

    def law(name: str, value: object, figure: int | None, note: str | None) -> None:
        assert again is not None
        assert again[name] == figure
        assert (name in again.unreadable) == (figure is None and value != "/")
        assert any(note in n.message and name in n.cells for n in again.notes) if note else True

    assert broken(law, ((name, *told) for name, told in odd.items())) == []


def test_what_people_put_into_cells_of_prose_is_read_as_it_is_seen_or_told(tmp_path: Path) -> None:
    def work(book: Any) -> None:
        sheet = sheet_of(book, "part.0")
        places = {str(row[0].value): row[2] for row in sheet.iter_rows(min_row=3)}
        places["published"].value, places["text"].value = "待定", "=1+1"

    again = read_back(changed(workbook(tmp_path, Filing.from_cells("demo", "示例局", 2023, {})), work))
    assert again is not None
    assert (again.narrative.published, again.narrative.parts[0].text) == (None, "=1+1")
    for told in ("公布日期“待定”不是日期，未读取", "是公式，已按文字“=1+1”读取"):
        assert [note for note in again.notes if told in note.message]


FORMATS = [
    (33519000, '#,##0.00"元"', "33519000元"),
    (33519000, '0!.0,"万元"', "3351.9万元（所存为33519000）"),
    (33519000, "#,##0,", "33519（所存为33519000）"),
    (0.5, "0%", "50%"),
    (12.5, '0.00"万元"', Decimal("12.5")),
    (12.5, "[$¥-804]#,##0.00", Decimal("12.5")),
    (12.5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', Decimal("12.5")),
]


@pytest.mark.parametrize(("value", "number_format", "read"), FORMATS)
def test_a_unit_or_a_scale_in_a_cells_format_counts_as_what_is_seen(
    value: float, number_format: str, read: str | Decimal, tmp_path: Path
) -> None:
    def fill(book: Any) -> None:
        at(book, "proactive.fees.amount").value = value
        at(book, "proactive.fees.amount").number_format = number_format

    again = read_back(changed(workbook(tmp_path, Filing.from_cells("demo", "示例局", 2023, {})), fill))
    assert again is not None
    unreadable = again.unreadable.get("proactive.fees.amount")
    assert (unreadable.text if unreadable else again["proactive.fees.amount"]) == read


def test_money_is_exact_to_the_last_digit(tmp_path: Path) -> None:
    path = workbook(tmp_path, Filing.from_cells("demo", "示例局", 2020, {}))
    name = "proactive.procurement.amount"
    again = read_back(changed(path, lambda book: setattr(at(book, name), "value", 9633626.14)))
    assert again is not None
    assert again[name] == Decimal("9633626.14")


def insert_row(sheet: Any, number: int) -> None:
    """Insert a row as spreadsheet programs do: references move along, which openpyxl leaves to its caller."""
    sheet.merged_cells.ranges.clear()
    sheet.insert_rows(number)
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                moved = re.sub(r"([A-Z]\$?)(\d+)", lambda m: m[1] + str(int(m[2]) + (int(m[2]) >= number)), cell.value)
                cell.value = moved


def test_sheets_may_be_renamed_and_moved_and_rows_inserted(tmp_path: Path) -> None:
    filing, last = sample()

    def work(book: Any) -> None:
        for number, sheet in enumerate(book.worksheets):
            sheet.title = f"表{number}"
        book.move_sheet("表2", 9)
        insert_row(sheet_of(book, "applications"), 4)
        insert_row(sheet_of(book, "applications"), 15)
        insert_row(sheet_of(book, "part.1"), 4)
        sheet_of(book, "part.1")["C4"] = "插入的一段。"

    again = read_back(changed(workbook(tmp_path, filing, last), work))
    assert again is not None
    assert (again.cells, again.notes) == (filing.cells, ())
    first, *rest = filing.narrative.parts[1].text.split("\n\n")
    assert again.narrative.parts[1].text == "\n\n".join([first, "插入的一段。", *rest])


def test_cutting_a_figure_out_reads_what_everybody_sees(tmp_path: Path) -> None:
    def cut(book: Any) -> None:
        at(book, NEW.replace("natural", "business")).value = 5
        at(book, NEW).value = None

    known = {NEW: 5, "applications.new.total": 5}
    again = read_back(changed(workbook(tmp_path, Filing.from_cells("demo", "示例局", 2023, known)), cut))
    assert again is not None
    assert (again[NEW], again[NEW.replace("natural", "business")], again["applications.new.total"]) == (None, 5, 5)


def lose_sheet(book: Any) -> None:
    del book["申请表"]


def lose_row(book: Any) -> None:
    sheet = sheet_of(book, "applications")
    sheet.delete_rows(at(book, GRANTED).row)


def lose_keys(book: Any) -> None:
    sheet_of(book, "disputes").delete_cols(1)


def repeat_sheet(book: Any) -> None:
    book.copy_worksheet(book["申请表"])


def repeat_row(book: Any) -> None:
    sheet = sheet_of(book, "applications")
    sheet["A20"] = sheet["A19"].value


def take_anothers(book: Any) -> None:
    cell = sheet_of(book, "disputes")["A1"]
    cell.value = json.dumps(json.loads(cell.value) | {"year": 2022, "name": "示例市民政局"}, ensure_ascii=False)


def rename(book: Any) -> None:
    sheet_of(book, "disputes")["B3"] = "填报单位：示例市档案局　　报告年度：2023年"


def move_on(book: Any) -> None:
    line = sheet_of(book, "disputes")["B3"]
    line.value = line.value.replace("2023", "2024")


def take_newer(book: Any) -> None:
    cell = sheet_of(book, "disputes")["A1"]
    cell.value = json.dumps(json.loads(cell.value) | {"govreport": 99}, ensure_ascii=False)


def spoil_year(book: Any) -> None:
    for sheet in book:
        sheet["A1"] = json.dumps(json.loads(sheet["A1"].value) | {"year": "去年"}, ensure_ascii=False)


BROKEN = [
    (lose_sheet, "填表.xlsx 缺少工作表“申请表”"),
    (lose_row, "填表.xlsx 的工作表“申请表”缺少“（一）予以公开”的“自然人”等7格"),
    (lose_keys, "填表.xlsx 缺少工作表“复议诉讼表”"),
    (repeat_sheet, "填表.xlsx 的工作表“申请表 Copy”与“申请表”重复"),
    (repeat_row, "填表.xlsx 的工作表“申请表”第19行与第20行重复"),
    (
        rename,
        "填表.xlsx 的工作表“复议诉讼表”写的是“填报单位：示例市档案局 报告年度：2023年”，工作簿是示例市民政局2023年的",
    ),
    (
        move_on,
        "填表.xlsx 的工作表“复议诉讼表”写的是“填报单位：示例市民政局 报告年度：2024年”，工作簿是示例市民政局2023年的",
    ),
    (take_anothers, "填表.xlsx 的工作表“复议诉讼表”是示例市民政局2022年的，与“填表说明”不是同一份"),
    (take_newer, "填表.xlsx 的工作表“复议诉讼表”由别的版本的 govreport 生成"),
    (spoil_year, "填表.xlsx 中隐藏的机构、年度信息已损坏"),
]


@pytest.mark.parametrize(("spoil", "sentence"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_workbook_gives_a_sentence_that_says_what_is_missing(
    spoil: Callable[[Any], None], sentence: str, tmp_path: Path
) -> None:
    filing, last = sample()
    path = workbook(tmp_path, filing, last).rename(tmp_path / "填表.xlsx")
    with pytest.raises(FilingError) as caught:
        read_back(changed(path, spoil))
    assert str(caught.value).startswith(sentence)
    assert len(caught.value.problems) == 1


def test_a_workbook_that_never_was_ours_is_left_to_others(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = '{"govreport": '
    book.active["B2"] = "一、本年新收政府信息公开申请数量"
    book.save(tmp_path / "x.xlsx")
    assert read_back(tmp_path / "x.xlsx") is None


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b"0" * 30_000_000)


def entity(path: Path) -> None:
    with zipfile.ZipFile(path) as source:
        files = {entry.filename: source.read(entry) for entry in source.infolist()}
    name = "xl/worksheets/sheet1.xml"
    files[name] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + files[name].replace(b"</sheetData>", b"&a;</sheetData>")
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in files.items():
            archive.writestr(file, data)


HOSTILE = [
    (lambda path: path.write_bytes(path.read_bytes()[:5000]), "不完整或已损坏"),
    (lambda path: path.write_bytes(OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")), "是加密的 Office 文档"),
    (lambda path: path.unlink(), "缺少 "),
    (bomb, "解压后过大"),
    (entity, "实体声明"),
]


@pytest.mark.parametrize(("spoil", "sentence"), HOSTILE, ids=["cut", "encrypted", "missing", "bomb", "entity"])
def test_a_hostile_file_is_one_sentence(spoil: Callable[[Path], object], sentence: str, tmp_path: Path) -> None:
    path = workbook(tmp_path, Filing.from_cells("demo", "示例局", 2023, {}))
    spoil(path)
    with pytest.raises(FilingError, match=sentence) as caught:
        read_published(path)
    assert "\n" not in str(caught.value)


def test_a_paragraph_that_no_cell_can_hold_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    narrative = Narrative(parts={1: Part("", "字" * 32_768)})
    with pytest.raises(ProjectError, match="一、总体情况第3行”的一段有 32,768 字"):
        workbook(tmp_path, Filing.from_cells("demo", "示例局", 2023, {}, narrative=narrative))
    assert not list(tmp_path.iterdir())


def verdicts(written: Any, computed: Any) -> dict[tuple[str, str], str]:
    """Every verdict of a workbook, by sheet and place: its formulas, and what LibreOffice has computed."""
    return {
        (sheet.title, cell.coordinate): str(computed[sheet.title][cell.coordinate].value or "")
        for sheet in written
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and AGREES in str(cell.value)
    }


def failures(filing: Filing, last: Filing | None) -> list[str]:
    """How much each failing edit is out by, as `check` computes it."""
    system = edit_matrix(filing.form, last.form if last else None)
    found = evaluate(system, figures_of([Case(filing, last)]))
    return sorted(str(abs(int(gap))) for gap in found.differences[0][found.failed[0]])


@pytest.mark.office
def test_libreoffice_computes_totals_and_verdicts_as_check_does_and_saves_what_reads_back(tmp_path: Path) -> None:
    faulty, before = sample("shili-meteorology")
    filing, last = sample("shili-civil-affairs")
    old, older = sample("shili-civil-affairs", 2020)
    wrong = replace(
        filing, cells={**filing.cells, NEW: int(filing[NEW] or 0) + 3, "disputes.litigation.direct.total": 9}
    )
    blank = Filing.from_cells("demo", "示例局", 2023, {})
    cases = {"好": (filing, last), "错": (faulty, before), "改": (wrong, last), "旧": (old, older), "空": (blank, None)}
    for year in (2020, 2021, 2022):  # each fitting last year's, and compared with a year that does not fit
        chance = random.Random(year)
        before = consistent_filing(year - 1, chance.randint)
        cases[f"合{year}"] = consistent_filing(year, chance.randint, before), before
        cases[f"不合{year}"] = consistent_filing(year, chance.randint), before
    for name, case in cases.items():
        write_workbook(tmp_path / f"{name}.xlsx", *case)
    saved = converted([tmp_path / f"{name}.xlsx" for name in cases], "xlsx", tmp_path / "office")
    for path, (own, of_last) in zip(saved, cases.values(), strict=True):
        again = read_back(path)
        assert again is not None
        assert everything(again) == everything(own) and not again.notes
        computed = load_workbook(path, data_only=True)
        found = verdicts(load_workbook(path), computed)
        assert len(found) == len(expand(own.form, of_last.form if of_last else None))
        wrongs = sorted(text.split(" ")[1] for text in found.values() if text not in (AGREES, ""))
        assert wrongs == failures(own, of_last)
        assert set(found.values()) == {""} if own is blank else AGREES in found.values()
        assert all(at(computed, name).value == own[name] for name in parts_by_total(own.form))
    assert failures(wrong, last) and failures(faulty, before) and not failures(filing, last)


@pytest.mark.office
def test_verdicts_change_with_a_cell_and_say_where_a_total_is_missing(tmp_path: Path) -> None:
    filing, last = sample()

    def work(book: Any) -> None:
        at(book, GRANTED).value += 4
        at(book, "disputes.reconsideration.total").value = None
        at(book, NEW).value = "=2+3"

    path = changed(workbook(tmp_path, filing, last), work)
    (saved,) = converted([path], "xlsx", tmp_path / "office")
    told = verdicts(load_workbook(saved), load_workbook(saved, data_only=True))
    found = {text for text in told.values() if text != AGREES}
    assert "总计未填" in found
    gap = abs(5 - int(filing[NEW] or 0) - 4)
    assert f"差 {gap}" in found
    again = read_back(saved)
    assert again is not None
    assert again[NEW] == 5 and any("是公式“=2+3”，按其结果5读取" in note.message for note in again.notes)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "项目", "shili-civil-affairs")


def test_the_command_writes_one_workbook_and_never_over_another(project: Path) -> None:
    made = govreport(project, "form", "shili-civil-affairs", "2024", "-o", "民政局[1].xlsx")
    assert (made.returncode, made.stdout, made.stderr) == (0, "已写入 民政局[1].xlsx。\n", "")
    filing = read_back(project / "民政局[1].xlsx")
    assert filing is not None
    assert (filing.agency, filing.year, filing["applications.new.natural"]) == ("shili-civil-affairs", 2024, None)
    again = govreport(project, "form", "shili-civil-affairs", "2024", "-o", "民政局[1].xlsx")
    assert again.returncode == 2 and "已存在；确认覆盖请加 --force" in again.stderr
    assert govreport(project, "form", "shili-civil-affairs", "2023", "-o", "民政局[1].xlsx", "--force").returncode == 0


def test_the_command_writes_one_for_every_agency_and_goes_on_past_a_bad_filing(project: Path) -> None:
    add_agency(project, "shili-bad", "示例坏局", lambda folder: (folder / "applications.csv").unlink())
    made = govreport(project, "form", "--year", "2023", "--all", "-o", "填报")
    assert made.returncode == 1
    assert sorted(path.name for path in (project / "填报").iterdir()) == ["shili-civil-affairs-2023.xlsx"]
    assert "示例坏局未生成：缺少 data/shili-bad/2023/applications.csv" in made.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["shili-civil-affairs", "2023"], "请用 -o 写明 .xlsx 文件"),
        (["--all", "-o", "x"], "应写明一个年度（四位整数），有 --all 时不写机构，现为：没有写"),
        (["shili-civil-affairs", "2023", "-o", "x.xls"], "应以 .xlsx 结尾"),
        (["shili-civil-affairs", "1999", "-o", "x.xlsx"], "没有适用于 1999 年的格式"),
        (["shili-civil", "2023", "-o", "x.xlsx"], "没有机构“shili-civil”"),
        (["shili-civil-affairs", "2023", "-o", "notebooks/annual_report.ipynb/x.xlsx"], "无法写入"),
        (["shili-civil-affairs", "2023", "-o", "data/x.xlsx"], "请写到 data/ 以外"),
    ],
)
def test_a_wrong_call_is_one_sentence(project: Path, arguments: list[str], sentence: str) -> None:
    made = govreport(project, "form", *arguments)
    assert made.returncode == 2
    assert sentence in made.stderr and made.stderr.count("\n") == 1
