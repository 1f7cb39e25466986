"""What an import does not read of a file's text is told: struck, deleted, hidden, marked as not the filing's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from govreport.core.blocks import Paragraph
from govreport.core.grid import Grid
from govreport.exchange.readers.docx_reader import read_docx
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.html_reader import read_html
from govreport.exchange.readers.sheet_reader import read_sheet
from tests.support.foreign import word

RAISED, STRUCK = '<vertAlign val="superscript"/>', "<strike/>"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def shown(document: ForeignDocument) -> list[str]:
    """The texts of paragraphs and cells."""
    blocks = document.blocks
    cells = [cell.text for block in blocks if isinstance(block, Grid) for cell in block.cells]
    return [block.text for block in blocks if isinstance(block, Paragraph)] + cells


def page(body: str) -> ForeignDocument:
    return read_html(f"<meta charset=utf-8>{body}".encode(), "a.html")


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def document(body: str) -> ForeignDocument:
    return read_docx(word(f"<w:p>{body}</w:p>"), "a.docx")


def piece(text: str, properties: str = "") -> str:
    return f"<r><rPr>{properties}</rPr><t>{text}</t></r>"


def sheet(*texts: str, change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> ForeignDocument:
    """A workbook as Excel saves it, whose texts of several styles stand apart from the sheet, below a row of labels."""
    book = openpyxl.Workbook()
    book.active.append(["项目", "本年", "上年"])
    book.active.append([f"R{n}" for n, _ in enumerate(texts)])
    change(book)
    plain, target = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            part = source.read(name).decode()
            for n, _ in enumerate(texts):
                part = part.replace(f't="inlineStr"><is><t>R{n}</t></is>', f't="s"><v>{n}</v>')
            part = part.replace("</Types>", f'<Override PartName="/xl/strings.xml" ContentType="{STRINGS}"/></Types>')
            if name.endswith("workbook.xml.rels"):
                more = f'<Relationship Id="strings" Type="{LINK}" Target="strings.xml"/></Relationships>'
                part = part.replace("</Relationships>", more)
            made.writestr(name, part)
        strings = "".join(f"<si>{text}</si>" for text in texts)
        made.writestr("xl/strings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
    return read_sheet(target.getvalue(), "a.xlsx")


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (page("<p>受理<s>38</s>35件，<del>旧</del>办结<span style='display:none'>密</span>"), "受理35件，办结"),
        (
            document(
                run("受理") + run("38", "<w:strike/>") + run("35件，")
                + "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>" + run("办结") + run("密", "<w:vanish/>")
            ),
            "受理35件，办结",
        ),
        (
            sheet(
                piece("受理") + piece("38", STRUCK) + piece("35件，"), piece("旧", STRUCK) + piece("办结"),
                piece("密", STRUCK),
            ),
            "受理35件，",
        ),
    ],
    ids=["html", "docx", "xlsx"],
)  # fmt: skip
def test_struck_deleted_and_hidden_text_is_left_out_and_told(found: ForeignDocument, kept: str):
    assert kept in shown(found) and not {"38", "旧", "密"} & set("".join(shown(found)))
    (told,) = found.notes
    assert "没有读入：“38”、“旧”、“密”；" in told and told.endswith("请在原件中恢复后再导入。")


def test_rows_and_cells_of_a_word_table_that_were_deleted_are_told():
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"

    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell('规章')}{cell('7')}</w:tr>"
    kept = f"<w:tr>{cell('文件')}{cell('3')}{cell('9', '<w:cellDel/>')}</w:tr>"
    found = read_docx(word(f"<w:tbl>{gone}{kept}</w:tbl>"), "a.docx")
    assert shown(found) == ["文件", "3"] and "“规章7”、“9”" in found.notes[0]


def test_what_is_struck_or_hidden_in_a_workbook_is_left_out_and_told():
    def change(book: openpyxl.Workbook) -> None:
        here = book.active
        for row in (["规章", 12, 5, 8], ["上年", 6, 7, 9], ["合计", 18, 12, 3]):
            here.append(row)
        here["B3"].font = Font(strike=True)
        here.row_dimensions[4].hidden = here.column_dimensions["C"].hidden = True
        here.merge_cells("C5:D5")
        book.create_sheet("底稿").sheet_state = "hidden"

    found = sheet(piece("甲"), piece("乙"), piece("丙"), change=change)
    assert [text for text in shown(found)[-12:] if text] == ["规章", "8", "合计", "18", "12"]
    (unseen,) = found.notes
    assert all(f"“{text}”" in unseen for text in ("12", "上年", "丙")) and "等9处" in unseen
    assert (
        "“工作表 底稿”"
        in sheet(change=lambda book: setattr(book.create_sheet("底稿"), "sheet_state", "hidden")).notes[0]
    )


def test_footnotes_of_a_word_document_are_told():
    separator = '<w:footnote w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    notes = f"{separator}<w:footnote><w:p>{run('含电话申请')}{run('2件')}</w:p></w:footnote>"
    data = word(f"<w:p>{run('受理31件')}<w:r><w:footnoteReference/></w:r></w:p>", footnotes=notes)
    found = read_docx(data, "a.docx")
    (told,) = found.notes
    assert shown(found) == ["受理31件"] and "脚注和尾注没有读入：“含电话申请2件”；" in told


def test_what_nothing_stands_in_is_not_told():
    assert page("<p>甲。<s> </s><span hidden>※</span><nav><s>首页</s></nav><script>x</script>").notes == ()
    assert document(run("甲") + run(" ", "<w:strike/>")).notes == ()


MARKED = "<p>甲。</p><p data-govreport='beside'>乙。</p>"


def test_what_is_marked_as_not_the_filings_is_told_where_the_page_carries_no_filing():
    (told,) = page(MARKED).notes
    assert shown(page(MARKED)) == ["甲。"] and "“乙。”" in told
    own = page(f'{MARKED}<script type="application/json" id="govreport-filing">{{}}</script>')
    assert shown(own) == ["甲。"] and own.notes == ()


def test_captions_of_the_projects_own_charts_are_no_hidden_text_even_where_the_page_lost_its_filing():
    caption = "<figure><img><figcaption{}>新收申请数量</figcaption></figure>"
    assert page("<p>甲。</p>" + caption.format(" data-govreport=beside")).notes == ()
    (told,) = page("<p>甲。</p>" + caption.format(" hidden")).notes
    assert "“新收申请数量”" in told


def test_comments_and_text_boxes_of_a_workbook_are_told():
    def comment(book: openpyxl.Workbook) -> None:
        book.active["B2"].comment = Comment("此数待核", "填报人")

    (told,) = sheet(piece("甲"), change=comment).notes
    assert "“此数待核”" in told


def test_raised_text_of_a_workbook_is_no_digit():
    found = sheet(piece("10") + piece("2", RAISED) + piece("公里"), piece("12") + piece("1)", RAISED), piece("5"))
    assert shown(found)[-3:] == ["10²公里", "12（注1）", "5"]


def test_raised_and_lowered_text_of_a_word_document_is_no_digit():
    raised = '<w:vertAlign w:val="superscript"/>'
    power = f"<w:sSup><w:e>{run('10')}</w:e><w:sup>{run('3')}</w:sup></w:sSup>"
    body = run("面积10") + run("2", raised) + run("、PM") + run("2.5", '<w:vertAlign w:val="subscript"/>') + run("、")
    assert shown(document(body + power)) == ["面积10²、PM₂.₅、10³"]
